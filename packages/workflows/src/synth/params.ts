import { isDolphinstageError } from '@dolphinstage/common';
import { encodeWire } from '@dolphinstage/task-kit';
import type { ParamSpec, ParamSpecs } from '../define/params';
import type { ParamModel } from '../model';
import { NAME, OUTPUT_PREFIX, VERBATIM_NAME } from './names';
import type { Reporter } from './problems';

/** What a time expression must format, so that the value has the type on every server. */
const FORMATS: Partial<Record<ParamSpec['type'], RegExp>> = {
  date: /^(?:[a-z_]+\(yyyy-MM-dd(?:,-?\d+)*\)|yyyy-MM-dd(?:[+-][\d*/]+)?)$/,
  datetime: /^(?:[a-z_]+\(yyyy-MM-dd HH:mm:ss(?:,-?\d+)*\)|yyyy-MM-dd HH:mm:ss(?:[+-][\d*/]+)?)$/,
};

/** True for a value that the server works out when a run starts. */
export function isTimeExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('$[') && value.endsWith(']');
}

/** The parameters as they travel. */
export function synthParams(specs: ParamSpecs, report: Reporter): ParamModel[] {
  return Object.entries(specs).map(([name, spec]) => {
    const verbatim = spec.verbatim !== undefined;
    report.check(
      verbatim ? VERBATIM_NAME.test(name) : NAME.test(name),
      'NAME',
      `"${name}" can't be a parameter's name`,
      'Use letters, digits and underscores, 64 at most, no digit first.',
    );
    report.check(
      verbatim || !name.startsWith(OUTPUT_PREFIX),
      'NAME',
      `parameter ${name}: names that start with ${OUTPUT_PREFIX} belong to outputs`,
      'Choose another name.',
    );
    return synthParam(name, spec, report);
  });
}

/** One parameter as it travels. */
export function synthParam(name: string, spec: ParamSpec, report: Reporter): ParamModel {
  return spec.verbatim === undefined
    ? { name, type: spec.type, value: valueOf(name, spec, report) }
    : { name, type: spec.type, value: String(spec.value), verbatim: spec.verbatim };
}

function valueOf(name: string, { type, value }: ParamSpec, report: Reporter): string {
  if (type !== 'string' && isTimeExpression(value)) {
    report.check(
      FORMATS[type]?.test(value.slice(2, -1)) === true,
      'PARAM',
      `parameter ${name}: ${value} doesn't give a ${type}`,
      'Write for example $[yyyy-MM-dd-1] for a date or $[yyyy-MM-dd HH:mm:ss] for a time.',
    );
    return value;
  }
  try {
    return encodeWire(type, value);
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    report.add('PARAM', `parameter ${name}: ${error.message}`, error.todo ?? '');
    return '';
  }
}

import { isDolphinstageError } from '@dolphinstage/common';
import { encodeWire } from '@dolphinstage/task-kit';
import type { ParamSpec, ParamSpecs } from '../define/params';
import type { ParamModel } from '../model';
import { previewTime, timeFault } from '../time/preview';
import { NAME, OUTPUT_PREFIX, VERBATIM_NAME } from './names';
import type { Reporter } from './problems';

const TIME_TODO =
  'Write for example $[yyyy-MM-dd-1], $[add_months(yyyyMMdd,-1)] or $[week_begin(yyyy-MM-dd,0)]; docs/workflows.md has them all.';
/** One-digit parts and two-digit ones. */
const SAMPLES = ['2026-01-02 03:04:05', '2027-11-23 16:47:58'];

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
  if (spec.verbatim === undefined) {
    return { name, type: spec.type, value: valueOf(name, spec, report) };
  }
  const value = String(spec.value);
  checkTime(value, `parameter ${name}`, report);
  return { name, type: spec.type, value, verbatim: spec.verbatim };
}

/** Reports a time expression in a text that no server understands. */
export function checkTime(text: string, what: string, report: Reporter): void {
  const fault = timeFault(text);
  report.check(fault === undefined, 'TIME', `${what}: ${fault}`, TIME_TODO);
}

/** A time expression must give the parameter's type, always. */
function givesType(type: ParamSpec['type'], expression: string): boolean {
  try {
    return SAMPLES.every(at => encodeWire(type, previewTime(expression, at)) !== '');
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    return false;
  }
}

function valueOf(name: string, { type, value }: ParamSpec, report: Reporter): string {
  if (type !== 'string' && isTimeExpression(value)) {
    const fault = timeFault(value);
    if (fault !== undefined) report.add('TIME', `parameter ${name}: ${fault}`, TIME_TODO);
    else
      report.check(
        givesType(type, value),
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

import { encodeWire, type WireType } from '@dolphinstage/task-kit';
import type { Parameter } from '@dolphinstage/dolphinscheduler-client';
import { isDolphinstageError } from '@dolphinstage/common';
import type { ParamSpec, ServerType } from '../define/params';
import type { ParamModel } from '../model';
import { Reporter } from '../synth/problems';
import { SERVER_TYPES } from '../synth/local-params';
import { NAME, OUTPUT_PREFIX } from '../synth/names';
import { synthParam } from '../synth/params';

const TEXT = 'VARCHAR';
/** All that `param.verbatim` takes. */
const KNOWN_TYPES: Readonly<Record<ServerType, true>> = {
  VARCHAR: true,
  INTEGER: true,
  LONG: true,
  FLOAT: true,
  DOUBLE: true,
  DATE: true,
  TIME: true,
  TIMESTAMP: true,
  BOOLEAN: true,
  LIST: true,
  FILE: true,
};

export function isServerType(type: string): type is ServerType {
  return Object.hasOwn(KNOWN_TYPES, type);
}

/** The type of ours under which the server keeps this one. */
export function wireTypeOf(serverType: string): WireType | undefined {
  const found = Object.entries(SERVER_TYPES).find(([, type]) => type === serverType);
  return found?.[0] as WireType | undefined;
}

/** What an author gives for a value that the server keeps; undefined where no value of the type makes it. */
export function authoredValue(type: WireType, text: string): ParamSpec['value'] | undefined {
  const value = valueOf(type, text);
  const problems: string[] = [];
  const report = new Reporter(({ message }) => problems.push(message));
  const { value: again } = synthParam('value', { type, value }, report);
  return problems.length === 0 && again === text ? value : undefined;
}

function valueOf(type: WireType, text: string): ParamSpec['value'] {
  if (type === 'string') return Buffer.from(text, 'base64url').toString('utf8');
  if (text.startsWith('$[')) return text;
  if (type === 'boolean') return text === 'true';
  return type === 'integer' || type === 'number' ? Number(text) : text;
}

/**
 * A workflow's parameters as code has them.
 *
 * @param encoded - its texts are ours, as base64url; others are kept as they are.
 */
export function readParams(
  params: readonly Parameter[],
  encoded: boolean,
): { params: ParamModel[]; notes: string[] } {
  const notes: string[] = [];
  const read = params.map(({ prop: name, direct, type, value }): ParamModel => {
    if (direct === 'OUT')
      notes.push(`parameter ${name} is handed on, which code can't say: it is not then`);
    const wire = wireTypeOf(type);
    const isOurName = NAME.test(name) && !name.startsWith(OUTPUT_PREFIX);
    if (
      wire &&
      isOurName &&
      (type !== TEXT || encoded) &&
      authoredValue(wire, value) !== undefined
    ) {
      return { name, type: wire, value };
    }
    if (type === TEXT && encoded) {
      notes.push(`parameter ${name}: its text isn't encoded as this workflow's are`);
    }
    if (!isServerType(type))
      notes.push(`parameter ${name} is of type ${type}, which code doesn't have`);
    return { name, type: 'string', value, verbatim: type };
  });
  return { params: read, notes };
}

/** True for a text that can travel encoded. */
export function canEncode(text: string): boolean {
  try {
    encodeWire('string', text);
    return true;
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    return false;
  }
}

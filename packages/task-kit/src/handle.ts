import { z } from 'zod';
import { TaskError } from './errors';
import { decodeText, encodeText } from './wire';

/** A handle's limit in bytes: DolphinScheduler keeps parameters in its database and pastes them into scripts. */
export const HANDLE_LIMIT = 2048;

const referenceSchema = z.strictObject({
  $taskOutput: z.strictObject({ run: z.string(), digest: z.string() }),
});

/** Where an output is kept that is too large for a handle: a row of `ops.task_output`. @public */
export interface OutputReference {
  readonly run: string;
  /** SHA-256 of the output's JSON, hex: a handle never gives another attempt's output. */
  readonly digest: string;
}

/** What a handle holds: the output itself, or where it is kept. @public */
export type HandleContent =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'reference'; readonly reference: OutputReference };

/** The handle of an output, or undefined when that must be kept in `ops.task_output`. @public */
export function inlineHandle(output: unknown): string | undefined {
  // An output that looks like a reference would be read as one.
  if (referenceSchema.safeParse(output).success) return undefined;
  const handle = encodeText(JSON.stringify(output));
  return handle.length <= HANDLE_LIMIT ? handle : undefined;
}

/** The handle of an output that is kept in `ops.task_output`. */
export function referenceHandle(reference: OutputReference): string {
  return encodeText(JSON.stringify({ $taskOutput: reference }));
}

/**
 * What an upstream task's handle holds.
 *
 * @throws TaskError `HANDLE_INVALID` for anything but unpadded base64url of JSON.
 * @public
 */
export function decodeHandle(handle: string, where?: string): HandleContent {
  const json = decodeText(handle);
  try {
    if (!json || handle.length > HANDLE_LIMIT)
      throw new SyntaxError('empty, too long or not base64url');
    const value: unknown = JSON.parse(json);
    const reference = referenceSchema.safeParse(value);
    return reference.success
      ? { kind: 'reference', reference: reference.data.$taskOutput }
      : { kind: 'value', value };
  } catch (cause) {
    throw new TaskError('HANDLE_INVALID', 'the output of the task before is not a handle', {
      where,
      todo: 'Look whether that task succeeded: its output is set by its last line on stdout.',
      cause,
    });
  }
}

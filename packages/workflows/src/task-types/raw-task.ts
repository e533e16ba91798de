/**
 * A task of one of DolphinScheduler's own types, with its settings. Each type has a function that makes one:
 * `shell({ script })`.
 *
 * @public
 */
export interface RawTask<Settings = unknown> {
  /** The type's name, which is its function's too. */
  readonly raw: string;
  readonly settings: Settings;
}

/** True for a task of one of DolphinScheduler's own types, as against a pack's. */
export function isRawTask(value: object): value is RawTask {
  return 'raw' in value;
}

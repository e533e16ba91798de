import type { WireType } from '@dolphinstage/task-kit';

/**
 * A DolphinScheduler time expression, worked out when a run starts from its scheduled time (by hand: from
 * now): `$[yyyy-MM-dd-1]` is the day before, `$[add_months(yyyy-MM-dd,-1)]` the month before.
 *
 * @public
 */
export type TimeExpression = `$[${string}]`;

/** A parameter's type as the server calls it. @public */
export type ServerType =
  | 'VARCHAR'
  | 'INTEGER'
  | 'LONG'
  | 'FLOAT'
  | 'DOUBLE'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'BOOLEAN'
  | 'LIST'
  | 'FILE';

declare const valueType: unique symbol;

/** A workflow's parameter as its author declares it. Made by {@link param}. @public */
export interface ParamSpec<T = unknown> {
  readonly type: WireType;
  /** The default: a value of the type, or a time expression. */
  readonly value: string | number | boolean;
  /** The server's type, for a parameter that is kept as the server has it. */
  readonly verbatim?: string;
  readonly [valueType]?: T;
}

/** @public */
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/**
 * A workflow's parameters, each with its default. A run may give others; each is checked against its type.
 *
 * @public
 */
export const param = {
  /** A text. It travels as base64url, so it may hold anything. */
  string: (value: string): ParamSpec<string> => ({ type: 'string', value }),
  /** A whole number, exact up to 2^53. */
  integer: (value: number): ParamSpec<number> => ({ type: 'integer', value }),
  number: (value: number): ParamSpec<number> => ({ type: 'number', value }),
  boolean: (value: boolean): ParamSpec<boolean> => ({ type: 'boolean', value }),
  /** `2026-11-23`, or a time expression that gives such a day. */
  date: (value: TimeExpression | `${number}-${number}-${number}`): ParamSpec<string> => ({
    type: 'date',
    value,
  }),
  /** `2026-11-23 16:47:00`, or a time expression that gives such a time. */
  datetime: (
    value: TimeExpression | `${number}-${number}-${number} ${number}:${number}:${number}`,
  ): ParamSpec<string> => ({ type: 'datetime', value }),
  /**
   * A parameter as DolphinScheduler has it, for workflows that were made there: its text is pasted into scripts as it
   * is, whatever it holds. Tasks of packs and `env` don't take it, and a run may only give it harmless text.
   *
   * @param type - the server's: `VARCHAR`, `INTEGER`, `LONG`, `FLOAT`, `DOUBLE`, `DATE`, `TIME`, `TIMESTAMP`, `BOOLEAN`,
   *   `LIST`, `FILE`.
   */
  verbatim: (type: ServerType, value: string): ParamSpec<never> => ({
    type: 'string',
    value,
    verbatim: type,
  }),
} as const;

import type { WireType } from '@dolphinstage/task-kit';

/**
 * A DolphinScheduler time expression, worked out when a run starts from its scheduled time (by hand: from
 * now): `$[yyyy-MM-dd-1]` is the day before, `$[add_months(yyyy-MM-dd,-1)]` the month before.
 *
 * @public
 */
export type TimeExpression = `$[${string}]`;

declare const valueType: unique symbol;

/** A workflow's parameter as its author declares it. Made by {@link param}. @public */
export interface ParamSpec<T = unknown> {
  readonly type: WireType;
  /** The default: a value of the type, or a time expression. */
  readonly value: string | number | boolean;
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
} as const;

import { z } from 'zod';

/** A column or an unqualified table. */
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'a plain SQL name');
/** A table of the database: `schema.table`. */
const table = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}\.[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'schema.table');

/**
 * Which rows a model learns from. The query sees `entities` and `events` under their names without the schema, already
 * cut in time, so that it can't look past an entity's cut-off.
 *
 * @public
 */
export const collectionSchema = z.object({
  /** What is scored: one row an entity with the instant at which it would have been. */
  entities: z.object({
    table,
    /** Says which entity: one cut-off each in a window. */
    key: name,
    /** The instant (timestamptz) up to which anything may be known. */
    cutOff: name,
    /** What became of it later. */
    label: name,
  }),
  /** What is known of them over time. */
  events: z
    .array(
      z.object({
        table,
        /** The entity's key. */
        key: name,
        /** When it happened (timestamptz): only what happened before the cut-off is seen. */
        time: name,
        /** When it came to be known, where that may be later: only what was known before the cut-off is seen. */
        recorded: name.optional(),
      }),
    )
    .default([]),
  /** Tables that the query may read without a cut, since they hold for all times: price lists, calendars. */
  timeless: z.array(table).default([]),
  /** `select` with the entity's key, cut-off and label, and the columns that features are made of. */
  query: z.string().min(1),
  /** Days before the run's day. Default 30. */
  windowDays: z.int().min(1).max(3_660).default(30),
  /** How old the newest row may be at the day's beginning, in days; with older ones the run ends. Default 2. */
  freshDays: z.number().gt(0).default(2),
  /** With fewer rows the run ends. Default 500. */
  leastRows: z.int().min(20).default(500),
});

/** @public */
export type Collection = z.output<typeof collectionSchema>;

import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { fill, literal, quote, statements, withClient } from '@dolphinstage/task-kit';
import { RetrainingError } from '../errors';
import { qualified } from '../qualified';
import type { Collection } from './collection';

/** Rows of a run lie in tables of this schema. */
const WORK_SCHEMA = 'retraining';
const DAY_MS = 86_400_000;
/** SQLSTATE: what isn't supported, cardinality, data, syntax and names. All else is no fault of the text's. */
const QUERY_AT_FAULT = /^(?:0A|21|22|42)/;

/** What was collected. @public */
export interface Collected {
  /** The table that holds the rows, in the order of their cut-offs. */
  readonly table: string;
  readonly rows: number;
  /** Cut-offs from this instant on, ISO 8601. */
  readonly from: string;
  /** Cut-offs before this instant: the day's beginning, UTC. */
  readonly to: string;
}

/** Why there is nothing to learn from. @public */
export interface NotCollected {
  readonly reasons: readonly string[];
}

type Statement =
  'alone' | 'entities' | 'two-cut-offs' | 'events' | 'past-the-cut' | 'columns' | 'keep' | 'facts';

const bare = (table: string) => table.slice(table.indexOf('.') + 1);

/** The table of a model's day. A name is 63 bytes at most, so the model's is cut and told apart by a digest. */
export function workTable(model: string, day: string): string {
  const digest = createHash('sha256').update(model).digest('hex').slice(0, 8);
  const word = model.replaceAll('-', '_').slice(0, 30);
  return `${WORK_SCHEMA}.${word}_${digest}_${day.replaceAll('-', '')}`;
}

/** The tables as the query may see them: nothing of an entity after its cut-off. */
async function cutViews(
  client: PoolClient,
  sql: Record<Statement, string>,
  { entities, events }: Collection,
  window: { from: string; to: string },
): Promise<void> {
  const entityView = quote(bare(entities.table));
  const cutOff = quote(entities.cutOff);
  const own = {
    name: entityView,
    table: qualified(entities.table),
    cutOff,
    key: quote(entities.key),
  };
  const span = { from: literal(window.from), to: literal(window.to) };
  await client.query(fill(sql.entities, { ...own, ...span }));
  const { rows } = await client.query<{ key: string }>(fill(sql['two-cut-offs'], own));
  if (rows.length > 0) {
    throw new RetrainingError('DATA_INVALID', `${rows[0]!.key} has two cut-offs in one window`, {
      where: entities.table,
      todo: 'Let the table have one row an entity and window, or make the window shorter.',
    });
  }
  for (const { table, key, time, recorded } of events) {
    await client.query(
      fill(sql.events, {
        name: quote(bare(table)),
        table: qualified(table),
        entities: `pg_temp.${entityView}`,
        entityKey: quote(entities.key),
        key: quote(key),
        time: quote(time),
        cutOff,
        recorded: recorded ? `e.${quote(recorded)} < x.${cutOff}` : 'true',
      }),
    );
  }
}

/** The query as a view: its dependencies tell whether it reads anything but what was cut. */
async function defineQuery(
  client: PoolClient,
  sql: Record<Statement, string>,
  { query, timeless, entities }: Collection,
): Promise<void> {
  await client
    .query({
      text: `create temp view retraining_collected as ${query}`,
      // One statement, whatever the text holds.
      queryMode: 'extended',
    } as { text: string })
    .catch((cause: Error & { code?: string }) => {
      if (!QUERY_AT_FAULT.test(cause.code ?? '')) throw cause;
      throw new RetrainingError('PLAN_INVALID', `the query fails: ${cause.message}`, {
        where: 'data.query',
        todo: 'Correct the query; entities and events stand in it by their names without the schema.',
        cause,
      });
    });
  const { rows: past } = await client.query<{ relation: string }>(sql['past-the-cut'], [timeless]);
  if (past.length > 0) {
    const named = past.map(({ relation }) => relation).join(', ');
    throw new RetrainingError('CUT_BYPASSED', `the query reads ${named}, which isn't cut in time`, {
      where: 'data.query',
      todo: 'Name tables without their schema and list them as events, or as timeless where they hold for all times.',
    });
  }
  const { rows: columns } = await client.query<{ name: string; type: string }>(sql.columns);
  const missing = [entities.key, entities.cutOff, entities.label].filter(
    wanted => !columns.some(({ name }) => name === wanted),
  );
  if (missing.length > 0) {
    throw new RetrainingError('PLAN_INVALID', `the query gives no ${missing.join(', ')}`, {
      where: 'data.query',
      todo: "Select the entity's key, cut-off and label as they are called in the entities' table.",
    });
  }
}

/** Reasons to go no further, of rows that are right as far as they go. */
function lacks(
  { leastRows, freshDays, entities }: Collection,
  { rows, newest, age }: { rows: number; newest: Date | null; age: number | null },
): string[] {
  if (newest === null || age === null) return [`there are no rows in ${entities.table}`];
  const reasons: string[] = [];
  if (rows < leastRows) reasons.push(`there are ${rows} rows, fewer than ${leastRows}`);
  if (age > freshDays) {
    reasons.push(
      `the newest row is of ${newest.toISOString()}, ${age.toFixed(1)} days before the day, more than ${freshDays}`,
    );
  }
  return reasons;
}

/**
 * Collects a model's rows into a table of its own, from one snapshot of the database. The query can see no event after its
 * entity's cut-off, whatever it says, and is refused where it would read around that.
 *
 * @param day - `YYYY-MM-DD`: cut-offs of the days before it are taken, UTC.
 * @throws RetrainingError `PLAN_INVALID`, `CUT_BYPASSED`, `DATA_INVALID`.
 * @public
 */
export async function collect(
  db: Pool,
  asset: (path: string) => string,
  { model, day, collection }: { model: string; day: string; collection: Collection },
): Promise<Collected | NotCollected> {
  const sql = statements<Statement>(asset('sql/collect.sql'));
  const end = Date.parse(`${day}T00:00:00Z`);
  const window = {
    from: new Date(end - collection.windowDays * DAY_MS).toISOString(),
    to: new Date(end).toISOString(),
  };
  const { entities } = collection;
  const work = workTable(model, day);
  const names = {
    work: qualified(work),
    key: quote(entities.key),
    cutOff: quote(entities.cutOff),
    label: quote(entities.label),
    to: literal(window.to),
  };
  return withClient(db, async client => {
    await client.query(`create schema if not exists ${WORK_SCHEMA}`);
    await client.query('begin isolation level repeatable read');
    // The server may still work for one whose connection broke: its table must be there, or never, before this one's.
    await client.query(sql.alone, [work]);
    await cutViews(client, sql, collection, window);
    await defineQuery(client, sql, collection);
    await client.query(`drop table if exists ${names.work}`);
    await client.query(fill(sql.keep, names));
    const { rows } = await client.query<{
      rows: number;
      entities: number;
      unlabelled: number;
      timeless: number;
      newest: Date | null;
      age: number | null;
    }>(fill(sql.facts, names));
    const facts = rows[0]!;
    if (facts.rows !== facts.entities || facts.unlabelled + facts.timeless > 0) {
      throw new RetrainingError(
        'DATA_INVALID',
        `of ${facts.rows} rows of ${facts.entities} entities ${facts.unlabelled} have no label and ${facts.timeless} no cut-off`,
        {
          where: 'data.query',
          todo: 'Let the query give one row an entity, with label and cut-off.',
        },
      );
    }
    const reasons = lacks(collection, facts);
    if (reasons.length > 0) {
      await client.query('rollback');
      return { reasons };
    }
    await client.query('commit');
    // The views are of this session, which may be lent again.
    await client.query('discard temp');
    return { table: work, rows: facts.rows, ...window };
  });
}

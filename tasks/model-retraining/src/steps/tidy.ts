import { statements, withClient } from '@dolphinstage/task-kit';
import type { PoolClient } from 'pg';
import { workTable } from '../collect/collect';
import { qualified } from '../qualified';
import { withModel } from '../run/locked';
import type { Tools } from './tools';

const DAY_MS = 86_400_000;
/** Nobody writes at a file for so long, in ms. */
const PART_MS = DAY_MS;
/** Rows at once: servers that log predictions needn't wait. */
const BATCH = 50_000;

/** What was let go of. @public */
export interface Tidied {
  /** Nights of which only what was decided is left. */
  readonly nights: number;
  /** Files deleted. */
  readonly files: number;
  /** Rows deleted of the prediction log, of labels, and of looks at live versions. */
  readonly rows: number;
}

/** What is told to go. */
export interface TidyOrder {
  readonly model: string;
  /** How many days ago a night must have ended. */
  readonly keepDays: number;
  /** How many days predictions, their labels and looks at live versions are kept. */
  readonly keepPredictionsDays: number;
  /** Seconds that another process may go on with this model. */
  readonly waitSeconds: number;
}

type Statement =
  'old' | 'ended' | 'given-up' | 'file-needed' | 'bundles' | 'predictions' | 'labels' | 'looks';
type Sql = Record<Statement, string>;

interface OldNight {
  readonly day: string;
  /** Otherwise it was begun and given up. */
  readonly ended: boolean;
  readonly file: string | null;
  readonly bundle: string | null;
}

async function dropFiles(
  { files, bundles }: Tools,
  client: PoolClient,
  sql: Sql,
  { file, bundle }: OldNight,
  before: Date,
): Promise<number> {
  let dropped = 0;
  if (file !== null) {
    const { rows } = await client.query<{ needed: boolean }>(sql['file-needed'], [file]);
    if (!rows[0]!.needed && (await files.drop(file, before))) dropped += 1;
  }
  if (bundle !== null) {
    const { rows } = await client.query<{ bundle: string }>(sql.bundles);
    const kept = rows.map(row => row.bundle);
    if (!kept.includes(bundle)) dropped += await bundles.drop(bundle, kept, before);
  }
  return dropped;
}

/** What was decided stays; what the night itself needed goes. All of it can be done again where it was cut off. */
async function tidyNight(
  tools: Tools,
  client: PoolClient,
  sql: Sql,
  { model, night, before }: { model: string; night: OldNight; before: Date },
): Promise<number> {
  await client.query('begin');
  // The next attempt at one that was given up begins with its first step.
  await client.query(night.ended ? sql.ended : sql['given-up'], [model, night.day]);
  await withClient(tools.data, data =>
    data.query(`drop table if exists ${qualified(workTable(model, night.day))}`),
  );
  const dropped = await dropFiles(tools, client, sql, night, before);
  await client.query('commit');
  return dropped;
}

async function dropRows(
  client: PoolClient,
  sql: Sql,
  model: string,
  before: Date,
): Promise<number> {
  let dropped = 0;
  for (let more = true; more;) {
    const { rowCount } = await client.query(sql.predictions, [model, before, BATCH]);
    dropped += rowCount ?? 0;
    more = rowCount === BATCH;
  }
  for (const statement of [sql.labels, sql.looks]) {
    dropped += (await client.query(statement, [model, before])).rowCount ?? 0;
  }
  return dropped;
}

/**
 * Deletes what a model's nights of long ago have left and nobody needs: their work tables, training sets, and the files of
 * candidates that became no version; and the log of what has been predicted long ago.
 */
export async function tidyStep(
  tools: Tools,
  { model, keepDays, keepPredictionsDays, waitSeconds }: TidyOrder,
): Promise<Tidied> {
  const sql = statements<Statement>(tools.asset('sql/tidy.sql'));
  const { 'nobody-stores': nobodyStores } = statements<'nobody-stores'>(tools.asset('sql/run.sql'));
  const agoMs = (ms: number) => new Date(Date.now() - ms);
  const before = agoMs(keepDays * DAY_MS);
  return withModel(tools.models, tools.asset, model, waitSeconds, async client => {
    const { rows: nights } = await client.query<OldNight>(sql.old, [model, before]);
    const rows = await dropRows(client, sql, model, agoMs(keepPredictionsDays * DAY_MS));
    // From here on other models' nights wait with what they store.
    await client.query(nobodyStores);
    let files = 0;
    for (const night of nights) {
      files += await tidyNight(tools, client, sql, { model, night, before });
    }
    files += await tools.bundles.dropParts(agoMs(PART_MS));
    files += await tools.files.dropParts(agoMs(PART_MS));
    tools.ctx.log.info(`${nights.length} nights, ${files} files, ${rows} rows`);
    return { nights: nights.length, files, rows };
  });
}

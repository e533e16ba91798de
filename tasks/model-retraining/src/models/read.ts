import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Pool } from 'pg';
import { statements } from '@dolphinstage/task-kit';
import { RetrainingError } from '../errors';
import type { GateVerdict } from '../gates/judge';
import type { FeatureLoss } from '../evaluate/importance';
import type { Outcome } from '../run/outcome';
import type { CalibrationBin } from '../statistics/calibration-error';
import type { LiveMeasures, WatchAction } from '../watch/verdict';

/** How far back people look, unless they say so: versions, nights, looks and switches. */
const MOST = 30;
const TRAFFIC_MINUTES = 120;

type Statement = 'models' | 'versions' | 'nights' | 'looks' | 'switches' | 'traffic';

/** A file of the pack, for who isn't a task of it. */
export const ownAsset = (path: string): string =>
  readFileSync(
    join(dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json')), path),
    'utf8',
  );

/** A night in short. Instants are ISO 8601, UTC. @public */
export interface NightSummary {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Null while it goes on, or after it has failed. */
  readonly outcome: Outcome | null;
  readonly reasons: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** A look at the live version in short. @public */
export interface LookSummary {
  readonly version: number;
  readonly at: string;
  readonly action: WatchAction;
  /** What it has broken; empty while all is well. */
  readonly reasons: readonly string[];
}

/** A model in a list. @public */
export interface ModelSummary {
  readonly name: string;
  /** A Backstage entity. */
  readonly owner: string;
  readonly description: string;
  /** The live version; null before the first. */
  readonly current: number | null;
  /** The one before it, to which one can go back. */
  readonly previous: number | null;
  readonly candidate: number | null;
  /** How the candidate takes part. */
  readonly mode: 'shadow' | 'percentage' | null;
  readonly share: number | null;
  /** Counts the changes of what is live. */
  readonly generation: number;
  readonly lastNight: NightSummary | null;
  readonly lastLook: LookSummary | null;
}

/** @public */
export interface ModelVersion {
  readonly number: number;
  readonly day: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  readonly gates: readonly GateVerdict[];
  readonly dataFrom: string;
  readonly dataTo: string;
  /** Digest of what it was made by. */
  readonly code: string;
  /** Digest of its files. */
  readonly bundle: string;
  readonly mlflowRun: string | null;
  /** It was live, and was taken back. */
  readonly condemned: boolean;
}

/** @public */
export interface ModelNight extends NightSummary {
  /** Null where it didn't come to the gates. */
  readonly gates: readonly GateVerdict[] | null;
  /** Of the candidate, on the days held out. */
  readonly accuracy: number | null;
  readonly calibration: readonly CalibrationBin[] | null;
  /** Of the candidate's features, on the days held out; the most important first. */
  readonly importance: readonly FeatureLoss[] | null;
  /** Beside what the live version has learned from. */
  readonly drift: readonly { readonly feature: string; readonly psi: number }[] | null;
}

/** @public */
export interface ModelLook extends LookSummary {
  readonly measures: LiveMeasures;
}

/** A change of what is live. @public */
export interface ModelSwitch {
  readonly kind: 'promote' | 'rollback';
  readonly from: number | null;
  readonly to: number;
  readonly why: string;
  readonly who: string;
  readonly at: string;
}

/** Logged predictions of a version in a minute. @public */
export interface ModelTraffic {
  readonly minute: string;
  readonly version: number;
  readonly rows: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** All that is known of a model; lists have the newest first, traffic the oldest. @public */
export interface ModelView extends ModelSummary {
  readonly versions: readonly ModelVersion[];
  readonly nights: readonly ModelNight[];
  readonly looks: readonly ModelLook[];
  readonly switches: readonly ModelSwitch[];
  /** Of the last two hours. */
  readonly traffic: readonly ModelTraffic[];
}

let parsed: Record<Statement, string> | undefined;
const sqlOf = () => (parsed ??= statements<Statement>(ownAsset('sql/models.sql')));

/**
 * All models, by name.
 *
 * @param name - only this one.
 * @public
 */
export async function listModels(db: Pool, name?: string): Promise<readonly ModelSummary[]> {
  return (await db.query<ModelSummary>(sqlOf().models, [name ?? null])).rows;
}

/**
 * A model with its versions, nights, looks and switches, from one snapshot.
 *
 * @param most - so many of each. Default: 30.
 * @throws RetrainingError `MODEL_UNKNOWN`.
 * @public
 */
export async function readModel(db: Pool, name: string, most = MOST): Promise<ModelView> {
  const sql = sqlOf();
  const client = await db.connect();
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    const rows = async <T extends object>(statement: Statement, ...values: unknown[]) =>
      (await client.query<T>(sql[statement], values)).rows;
    const [summary] = await rows<ModelSummary>('models', name);
    if (!summary) throw unknownModel(name);
    const view = {
      ...summary,
      versions: await rows<ModelVersion>('versions', name, most),
      nights: await rows<ModelNight>('nights', name, most),
      looks: await rows<ModelLook>('looks', name, most),
      switches: await rows<ModelSwitch>('switches', name, most),
      traffic: await rows<ModelTraffic>('traffic', name, TRAFFIC_MINUTES),
    };
    await client.query('commit');
    return view;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** @internal */
export function unknownModel(name: string): RetrainingError {
  return new RetrainingError('MODEL_UNKNOWN', `there is no model ${name}`, {
    todo: 'Name one that has had a night: dolphinstage models lists them.',
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunState } from '@dolphinstage/workflows';
import { taskRows } from '@dolphinstage/workflows';
import type { Pool } from 'pg';
import type { CliContext } from '../context';
import { PACKAGE } from '../root';
import { textTable } from '../table';

const SQL = readFileSync(join(PACKAGE, 'sql/last-reconciliation.sql'), 'utf8');

/** The kinds of sources that the warehouse reads. */
const SYSTEMS = ['oracle', 'mysql', 'csv', 'api'] as const;
type System = (typeof SYSTEMS)[number];

/** A data set's line of a reconciliation. */
export interface DatasetRows {
  system: System;
  dataset: string;
  source: number;
  raw: number;
  cleaned: number;
  quarantined: number;
  analytics: number;
  lost: number;
  /** 0 to 1. */
  completeness: number;
}

/** What `up --check` prints as JSON, `seconds` apart. */
export interface OutcomeSummary {
  workflow: string;
  state: string;
  rows: Record<System | 'raw' | 'cleaned' | 'analytics', number>;
  lost: number;
  completeness: number;
}

/** How a run of the warehouse workflow went. */
export interface Outcome {
  /** It succeeded, nothing is lost, and the rows that must be there are. */
  good: boolean;
  run: RunState;
  datasets: DatasetRows[];
  summary: OutcomeSummary;
}

/** What the reconciliation task has written down last; empty when it never ran. */
export async function readReconciliation(pool: Pool): Promise<DatasetRows[]> {
  return (await pool.query<DatasetRows>(SQL)).rows;
}

const sum = (
  rows: readonly DatasetRows[],
  column: 'source' | 'raw' | 'cleaned' | 'analytics' | 'lost',
) => rows.reduce((total, row) => total + row[column], 0);

/** @param leastCompleteness - the share of source rows that must have arrived. */
export function judge(
  workflow: string,
  run: RunState,
  datasets: DatasetRows[],
  leastCompleteness: number,
): Outcome {
  const bySystem = (system: System) =>
    sum(
      datasets.filter(row => row.system === system),
      'source',
    );
  const summary: OutcomeSummary = {
    workflow,
    state: run.instance.state,
    rows: {
      oracle: bySystem('oracle'),
      mysql: bySystem('mysql'),
      csv: bySystem('csv'),
      api: bySystem('api'),
      raw: sum(datasets, 'raw'),
      cleaned: sum(datasets, 'cleaned'),
      analytics: sum(datasets, 'analytics'),
    },
    lost: sum(datasets, 'lost'),
    completeness: datasets.length === 0 ? 0 : Math.min(...datasets.map(row => row.completeness)),
  };
  const complete = summary.completeness > leastCompleteness && summary.lost === 0;
  const everySource = SYSTEMS.every(system => summary.rows[system] > 0);
  return {
    good: run.instance.state === 'SUCCESS' && complete && everySource,
    run,
    datasets,
    summary,
  };
}

/** Tables for people: each task with state and time, each data set's rows by layer. */
export function printOutcome(cli: CliContext, { run, datasets, summary }: Outcome): void {
  cli.note('');
  cli.note(textTable(['task', 'state', 'time'], taskRows(run)));
  cli.note('');
  cli.note(
    textTable(
      ['source', 'data set', 'rows', 'raw', 'cleaned', 'quarantined', 'analytics', 'lost'],
      datasets.map(row => [
        row.system,
        row.dataset,
        row.source,
        row.raw,
        row.cleaned,
        row.quarantined,
        row.analytics,
        row.lost,
      ]),
    ),
  );
  cli.note('');
  const percent = (summary.completeness * 100).toFixed(3);
  cli.note(
    `${summary.workflow}: ${summary.state}, ${summary.lost} rows lost, completeness ${percent} %`,
  );
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { LevelChange } from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { shortTime } from '../people';
import { PACKAGE } from '../root';
import { levelsTable } from './levels-table';
import { postgresOf, qualityOptions, type QualityOptions } from './options';

const SQL = readFileSync(join(PACKAGE, 'sql/quality-proposals.sql'), 'utf8');

interface Proposal {
  readonly dataset: string;
  readonly version: number;
  readonly proposedAt: Date;
  readonly rows: number;
  readonly windows: number;
  readonly warm: boolean;
  readonly levels: readonly LevelChange[];
  readonly changed: number;
}

/** What the workflow's re-learning has found, for a person to look at. */
export function registerProposals(quality: Command, cli: CliContext): void {
  qualityOptions(quality.command('proposals'))
    .description('what the daily re-learning would change; `learn --apply` does it')
    .argument('[dataset]', 'only of this data set')
    .option(
      '--connection <name>',
      'the PostgreSQL connection with the schema ops; default: the only one there is, or ops',
    )
    .action(
      async (dataset: string | undefined, options: QualityOptions & { connection?: string }) => {
        const pool = await postgresOf(cli, options, { name: options.connection, usual: 'ops' });
        const { rows: proposals } = await pool
          .query<Proposal>(SQL, [dataset])
          .finally(() => pool.end());
        if (options.json) {
          cli.json({ proposals });
          return;
        }
        if (proposals.length === 0) {
          cli.out('Nothing is proposed. The workflow data-quality-daily re-learns once a day.');
          return;
        }
        for (const proposal of proposals) show(cli, proposal);
      },
    );
}

function show(
  cli: CliContext,
  { dataset, proposedAt, rows, windows, warm, levels, changed }: Proposal,
): void {
  const from = `${rows.toLocaleString('en')} rows in ${windows.toLocaleString('en')} windows`;
  cli.out(
    `${dataset}, ${shortTime(proposedAt.toISOString())}: ${changed} of ${levels.length} levels would change, by ${from}${warm ? '' : '; too few to judge by'}.`,
  );
  const changes = levels.filter(level => level.changes);
  if (changes.length > 0) cli.out(levelsTable(changes));
}

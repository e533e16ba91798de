import { dirname, join } from 'node:path';
import type { Home } from '@dolphinstage/embedded';
import { openPostgres, readConnections } from '@dolphinstage/task-kit';
import { startRun, watchRun, type RunState } from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { asOwnerOf } from '../as-owner';
import { applyFiles } from './apply-files';
import { embeddedConnections, readEmbeddedTarget } from './embedded-target';
import { judge, readReconciliation, type Outcome } from './outcome';

const WORKFLOW_FILE = join(ROOT, 'tasks/warehouse/workflow.ts');
const RUN_LIMIT_MS = 30 * 60 * 1000;
const LEAST_COMPLETENESS = 0.99;

/** Applies the warehouse workflow to the embedded platform, runs it once and reads what came of it. */
export async function runWarehouse(cli: CliContext, home: Home): Promise<Outcome> {
  const target = await readEmbeddedTarget(home);
  const [workflow = ''] = await applyFiles(cli, home, target, [WORKFLOW_FILE]);
  const run = await runOnce(cli, target, workflow);
  return judge(workflow, run, await reconciliation(home), LEAST_COMPLETENESS);
}

async function runOnce(cli: CliContext, { client }: Target, workflow: string): Promise<RunState> {
  const run = await startRun(client, { workflow, signal: cli.signal });
  cli.note(`started ${run.project}/${workflow} #${run.instanceId}`);
  const seen = new Map<string, string>();
  let last: RunState | undefined;
  for await (const state of watchRun(client, run, {
    timeoutMs: RUN_LIMIT_MS,
    signal: cli.signal,
  })) {
    for (const { id, state: now } of state.tasks) {
      if (seen.get(id) !== now && now !== 'WAITING')
        cli.note(`  ${id.padEnd(20)} ${now.toLowerCase()}`);
      seen.set(id, now);
    }
    last = state;
  }
  if (!last) throw new CliError('CHECK_FAILED', `instance ${run.instanceId} has disappeared`);
  return last;
}

async function reconciliation(home: Home) {
  const file = embeddedConnections(home) ?? '';
  const { warehouse } = asOwnerOf(dirname(file), () => readConnections(file));
  if (warehouse?.kind !== 'postgres') {
    throw new CliError('CHECK_FAILED', 'there is no PostgreSQL connection named warehouse', {
      where: file,
    });
  }
  const pool = await openPostgres(warehouse);
  try {
    return await readReconciliation(pool);
  } finally {
    await pool.end();
  }
}

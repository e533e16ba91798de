import { dirname, join } from 'node:path';
import type { Home } from '@dolphinstage/embedded';
import { openPostgres, readConnections } from '@dolphinstage/task-kit';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { asOwnerOf } from '../as-owner';
import { applyFiles } from './apply-files';
import { embeddedConnections, readEmbeddedTarget } from './embedded-target';
import { judge, readReconciliation, type Outcome } from './outcome';
import { runOnce } from './run-once';

const WORKFLOW_FILE = join(ROOT, 'tasks/warehouse/workflow.ts');
const LEAST_COMPLETENESS = 0.99;

/** Applies the warehouse workflow to the embedded platform, runs it once and reads what came of it. */
export async function runWarehouse(cli: CliContext, home: Home): Promise<Outcome> {
  const target = await readEmbeddedTarget(home);
  const [workflow = ''] = await applyFiles(cli, home, target, [WORKFLOW_FILE]);
  const run = await runOnce(cli, target, workflow);
  return judge(workflow, run, await reconciliation(home), LEAST_COMPLETENESS);
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

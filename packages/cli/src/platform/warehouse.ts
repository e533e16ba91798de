import { dirname, join } from 'node:path';
import type { Home } from '@dolphinstage/embedded';
import { openPostgres, readConnections } from '@dolphinstage/task-kit';
import {
  apply,
  bundlePacks,
  findPacks,
  loadWorkflows,
  plan,
  planText,
  startRun,
  synth,
  watchRun,
  type RunState,
} from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { asOwnerOf } from '../as-owner';
import { embeddedConnections, readEmbeddedTarget } from './embedded-target';
import { judge, readReconciliation, type Outcome } from './outcome';

const WORKFLOW_FILE = join(ROOT, 'tasks/warehouse/workflow.ts');
const RUN_LIMIT_MS = 30 * 60 * 1000;
const LEAST_COMPLETENESS = 0.99;

/** Applies the warehouse workflow to the embedded platform, runs it once and reads what came of it. */
export async function runWarehouse(cli: CliContext, home: Home): Promise<Outcome> {
  const target = await readEmbeddedTarget(home);
  const workflow = await applyWarehouse(cli, home, target);
  const run = await runOnce(cli, target, workflow);
  return judge(workflow, run, await reconciliation(home), LEAST_COMPLETENESS);
}

/** @returns the workflow's id. */
async function applyWarehouse(cli: CliContext, home: Home, target: Target): Promise<string> {
  const workflows = loadWorkflows([WORKFLOW_FILE]);
  const model = synth(workflows);
  const bundles = await bundlePacks(findPacks(workflows, model), home.folder('build'));
  const planned = await plan(target.client, model, {
    target: target.name,
    tenant: target.tenant,
    environment: target.environment,
    delivery: { kind: 'path', folder: target.bundles },
    bundles,
  });
  cli.note(planText(planned));
  const result = await apply(target.client, planned, { signal: cli.signal });
  const failed = result.workflows.find(({ error }) => error);
  if (failed) throw failed.error;
  return model.workflows[0]?.id ?? '';
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

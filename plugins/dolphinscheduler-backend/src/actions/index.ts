import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { registerBackfill } from './backfill';
import { registerBackfillPreview } from './backfill-preview';
import { registerControlRun } from './control-run';
import { Calls, type ActionsOptions } from './deps';
import { registerGetRun } from './get-run';
import { registerGetWorkflow } from './get-workflow';
import { registerListRuns } from './list-runs';
import { registerListWorkflows } from './list-workflows';
import { registerPauseSchedule } from './pause-schedule';
import { registerReadLog } from './read-log';
import { registerResumeSchedule } from './resume-schedule';
import { registerStartWorkflow } from './start-workflow';

const ACTIONS = [
  registerListWorkflows,
  registerGetWorkflow,
  registerListRuns,
  registerGetRun,
  registerReadLog,
  registerStartWorkflow,
  registerControlRun,
  registerBackfillPreview,
  registerBackfill,
  registerPauseSchedule,
  registerResumeSchedule,
];

/** What the routes do, as actions: for templates, and for agents that speak MCP. */
export function registerActions(registry: ActionsRegistryService, options: ActionsOptions): void {
  const { service, access } = options;
  const deps = { registry, service, access, calls: new Calls(options) };
  for (const register of ACTIONS) register(deps);
}

import type {
  DolphinSchedulerClient,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import type { RunInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { runInfo } from './rows';

/** At the first look: older runs than this many of a project's newest aren't looked for. */
const FIRST_LOOK = 5_000;

/** The last run of each workflow of a project, by the workflow's code. */
export interface LastRuns {
  readonly byWorkflow: ReadonlyMap<number, RunInfo>;
  /** The last that has ended. */
  readonly ended: ReadonlyMap<number, RunInfo>;
  /** Runs below this id change no more by themselves. */
  readonly settledBelow: number;
}

/** Reads on from what is known: only runs that are new or weren't final. */
export async function readLastRuns(
  client: DolphinSchedulerClient,
  projectCode: number,
  timeZone: string,
  last?: LastRuns,
): Promise<LastRuns> {
  const seen: WorkflowInstance[] = [];
  for await (const run of client.runs.listAll(projectCode)) {
    if (last ? run.id < last.settledBelow : seen.length >= FIRST_LOOK) break;
    seen.push(run);
  }
  const byWorkflow = new Map(last?.byWorkflow);
  const ended = new Map(last?.ended);
  // The newest last, so that it stays.
  for (const run of seen.sort((a, b) => a.id - b.id)) {
    const info = runInfo(run, timeZone);
    byWorkflow.set(run.workflowDefinitionCode, info);
    if (info.final) ended.set(run.workflowDefinitionCode, info);
  }
  const open = seen.find(({ final }) => !final);
  const newest = seen.at(-1);
  return {
    byWorkflow,
    ended,
    settledBelow: open?.id ?? (newest ? newest.id + 1 : (last?.settledBelow ?? 0)),
  };
}

import type {
  DolphinSchedulerClient,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import type { RunInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { runInfo } from './rows';

/** At the first look: older runs than this many of a project's newest aren't looked for. */
const FIRST_LOOK = 5_000;

/** The newest are always looked at: one that had ended may have been begun again. They come in one answer. */
const ALWAYS = 200;

/** The last run of each workflow of a project, by the workflow's code. */
export interface LastRuns {
  readonly byWorkflow: ReadonlyMap<number, RunInfo>;
  /** The last that has ended. */
  readonly ended: ReadonlyMap<number, RunInfo>;
  /** Runs below this id change no more by themselves. */
  readonly settledBelow: number;
}

/** Reads on from what is known: the newest runs, and further only those that are new or weren't final. */
export async function readLastRuns(
  client: DolphinSchedulerClient,
  projectCode: number,
  timeZone: string,
  last?: LastRuns,
): Promise<LastRuns> {
  const seen: WorkflowInstance[] = [];
  for await (const run of client.runs.listAll(projectCode)) {
    if (seen.length >= ALWAYS && run.id < (last?.settledBelow ?? 0)) break;
    if (!last && seen.length >= FIRST_LOOK) break;
    seen.push(run);
  }
  const byWorkflow = new Map(last?.byWorkflow);
  const ended = new Map(last?.ended);
  const keepNewest = (of: Map<number, RunInfo>, code: number, info: RunInfo) => {
    if (info.id >= (of.get(code)?.id ?? 0)) of.set(code, info);
  };
  for (const run of seen.sort((a, b) => a.id - b.id)) {
    const info = runInfo(run, timeZone);
    keepNewest(byWorkflow, run.workflowDefinitionCode, info);
    if (info.final) keepNewest(ended, run.workflowDefinitionCode, info);
  }
  const open = seen.find(({ final }) => !final);
  const newest = seen.at(-1);
  return {
    byWorkflow,
    ended,
    settledBelow: open?.id ?? (newest ? newest.id + 1 : (last?.settledBelow ?? 0)),
  };
}

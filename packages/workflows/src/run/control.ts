import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlAction, WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import type { FoundRun } from './find-run';

/**
 * - `stop`: its tasks are killed.
 * - `pause`: what runs goes on to its end, nothing begins after it.
 * - `resume`: a paused or stopped run goes on where it was.
 * - `repeat`: all its tasks again, with the parameters of its first start.
 * - `retry`: a failed run goes on with the tasks that have failed.
 *
 * @public
 */
export type RunVerb = 'stop' | 'pause' | 'resume' | 'repeat' | 'retry';

/** @public */
export interface ControlOptions {
  /** Milliseconds within which a run that is begun anew has to begin. Default 60,000. */
  readonly beginMs?: number;
  /**
   * Milliseconds for which a stop or a pause is watched, and asked for again where the server has forgotten it.
   * A run that ends sooner isn't watched longer. A stop waits that long at most before it is asked for, until tasks
   * run and none is on its way to a worker. Default 5,000.
   */
  readonly settleMs?: number;
  /** Milliseconds between two looks. Default 500. */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

interface Verb {
  readonly action: ControlAction;
  readonly fits: (instance: WorkflowInstance) => boolean;
  /** What has to be so. */
  readonly when: string;
  /** It begins the run anew under the same id. */
  readonly again: boolean;
}

const VERBS: Readonly<Record<RunVerb, Verb>> = {
  stop: { action: 'STOP', fits: ({ final }) => !final, when: 'it runs', again: false },
  pause: { action: 'PAUSE', fits: ({ final }) => !final, when: 'it runs', again: false },
  resume: {
    action: 'RESUME',
    fits: ({ state }) => state === 'PAUSE' || state === 'STOP',
    when: 'it is paused or stopped',
    again: true,
  },
  repeat: { action: 'REPEAT', fits: ({ final }) => final, when: 'it has ended', again: true },
  retry: {
    action: 'FROM_FAILURE',
    fits: ({ state }) => state === 'FAILURE',
    when: 'it has failed',
    again: true,
  },
};

/** States of a task that no worker has yet. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['SUBMITTED_SUCCESS', 'DISPATCH']);

/**
 * Stops, pauses, resumes or repeats a run. It is asked for then, not done: watch the run. A run that begins anew
 * has begun when this returns, so that watching it doesn't meet its last end.
 *
 * @throws WorkflowError `RUN_INVALID` when the run's state doesn't allow it, `RUN_TIMEOUT` when it doesn't begin;
 *   ClientError; the signal's reason.
 * @public
 */
export async function controlRun(
  client: Client,
  { projectCode, instanceId, instance, workflow }: FoundRun,
  verb: RunVerb,
  { beginMs = 60_000, settleMs = 5_000, pollMs = 500, signal }: ControlOptions = {},
): Promise<void> {
  const { action, fits, when, again } = VERBS[verb];
  if (!fits(instance)) {
    throw new WorkflowError('RUN_INVALID', `can't ${verb} a run that is ${stateNow(instance)}`, {
      where: `${workflow} #${instanceId}`,
      todo: `A run can be given ${verb} while ${when}.`,
    });
  }
  const ask = () => client.runs.control(projectCode, instanceId, action);
  if (!again) {
    if (!instance.state.startsWith('READY_')) {
      if (verb === 'stop' && instance.state === 'RUNNING_EXECUTION') await atWork();
      await askUnlessOver();
    }
    await settle();
    return;
  }
  await ask();
  const deadline = Date.now() + beginMs;
  for (;;) {
    const now = await client.runs.get(projectCode, instanceId);
    if (now && now.runTimes > instance.runTimes) return;
    if (Date.now() + pollMs > deadline) {
      throw new WorkflowError('RUN_TIMEOUT', 'the run has not begun again', {
        where: `${workflow} #${instanceId}`,
        todo: 'DolphinScheduler has accepted it: look whether its master is busy, and at the run later.',
      });
    }
    await sleep(pollMs, undefined, { signal });
  }

  /**
   * A task that succeeds while its run is to stop - a worker got it after its kill, or it had just ended - makes a
   * master of 3.1 fail to submit the next one, again and again: the run stays in READY_STOP until the master starts
   * anew. So a stop is asked for while tasks run and none is on its way.
   */
  async function atWork(): Promise<void> {
    const until = Date.now() + settleMs;
    for (;;) {
      const states = (await client.runs.tasks(projectCode, instanceId)).map(({ state }) => state);
      const running = states.includes('RUNNING_EXECUTION');
      if (running && !states.some(state => ON_THE_WAY.has(state))) return;
      if (Date.now() + pollMs > until) return;
      await sleep(pollMs, undefined, { signal });
    }
  }

  async function askUnlessOver(): Promise<void> {
    await ask().catch(async error => {
      // It has ended in between.
      if (!(await client.runs.get(projectCode, instanceId))?.final) throw error;
    });
  }

  /**
   * A master of 3.1 that is noting a task's end at that moment writes its own older state of the run over what
   * was asked for, and forgets it.
   */
  async function settle(): Promise<void> {
    const until = Date.now() + settleMs;
    for (;;) {
      const now = await client.runs.get(projectCode, instanceId);
      if (!now || now.final || Date.now() + pollMs > until) return;
      if (now.state === 'RUNNING_EXECUTION') await askUnlessOver();
      await sleep(pollMs, undefined, { signal });
    }
  }
}

function stateNow({ state: name }: WorkflowInstance): string {
  return name.toLowerCase().replaceAll('_', ' ');
}

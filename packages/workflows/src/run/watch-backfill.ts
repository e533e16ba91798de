import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import type { BackfillRef } from './backfill';
import type { WatchOptions } from './watch';

const POLL_MS = 1000;
const QUIET_MS = 15_000;
/** Runs of others may lie between. */
const SPARE = 200;

/** What there is for one of a backfill's times. @public */
export interface BackfillRun {
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  readonly time: string;
  /** Undefined until its run is there. */
  readonly instance?: WorkflowInstance;
}

/** A backfill at a moment. @public */
export interface BackfillState {
  /** By time. */
  readonly runs: readonly BackfillRun[];
  /** How many have ended well. */
  readonly succeeded: number;
  /** Nothing more comes of it. */
  readonly ended: boolean;
}

/** @public */
export interface WatchBackfillOptions extends WatchOptions {
  /**
   * Milliseconds in which no run goes on and none begins, after which those that aren't there won't come: a run that
   * fails ends those that were to follow it. Default 15,000.
   */
  readonly quietMs?: number;
}

/**
 * A backfill's runs, each time one of them changes, until all have ended.
 *
 * @throws WorkflowError `RUN_TIMEOUT`; ClientError; the signal's reason.
 * @public
 */
export async function* watchBackfill(
  client: Client,
  backfill: BackfillRef,
  { pollMs = POLL_MS, quietMs = QUIET_MS, timeoutMs = Infinity, signal }: WatchBackfillOptions = {},
): AsyncGenerator<BackfillState> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  let quietSince = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const runs = await runsOf(client, backfill);
    const seen = JSON.stringify(runs);
    const busy = runs.some(({ instance }) => instance && !instance.final);
    if (busy || seen !== last) quietSince = Date.now();
    const whole = runs.every(({ instance }) => instance?.final);
    const ended = whole || Date.now() - quietSince >= quietMs;
    if (seen !== last || ended) {
      const succeeded = runs.filter(({ instance }) => instance?.state === 'SUCCESS').length;
      yield { runs, succeeded, ended };
    }
    if (ended) return;
    last = seen;
    if (Date.now() + pollMs > deadline) {
      throw new WorkflowError('RUN_TIMEOUT', 'the backfill has not ended', {
        where: `${backfill.project}/${backfill.workflow}`,
        todo: 'It goes on: look at its runs later, or stop them.',
      });
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** One for each time: the newest, where there are several. */
async function runsOf(
  client: Client,
  { projectCode, code, times, afterId }: BackfillRef,
): Promise<BackfillRun[]> {
  const instances = await client.runs.list(projectCode, {
    workflowDefinitionCode: code,
    limit: times.length + SPARE,
  });
  const byTime = new Map(
    instances
      .filter(({ id, scheduleTime }) => id > afterId && scheduleTime !== undefined)
      .sort((a, b) => a.id - b.id)
      .map(instance => [instance.scheduleTime, instance]),
  );
  return times.map(time => ({ time, instance: byTime.get(time) }));
}

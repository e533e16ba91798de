import { setTimeout as pause } from 'node:timers/promises';
import type {
  DolphinSchedulerInstance,
  DolphinSchedulerService,
} from '@dolphinstage/plugin-dolphinscheduler-node';

/** Anybody may ask; DolphinScheduler is asked no more often for it. */
const MAX_AGE_MS = 10_000;
const PATIENCE_MS = 5_000;

/** Nothing but what a probe needs: anybody is told. */
export interface HealthAnswer {
  readonly instances: readonly { readonly name: string; readonly reachable: boolean }[];
}

/** Whether the instances answer. */
export class Health {
  #answer: Promise<HealthAnswer> | undefined;
  #askedAt = -Infinity;

  constructor(private readonly service: DolphinSchedulerService) {}

  /** As of 10 seconds ago at most. Never throws. */
  check(): Promise<HealthAnswer> {
    const now = performance.now();
    if (this.#answer === undefined || now - this.#askedAt >= MAX_AGE_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<HealthAnswer> {
    const instances = await Promise.all(
      this.service.instances.map(async instance => ({
        name: instance.name,
        reachable: await isReachable(instance),
      })),
    );
    return { instances };
  }
}

/** A real call: a connection that was made once says nothing of now. */
async function isReachable(instance: DolphinSchedulerInstance): Promise<boolean> {
  const end = new AbortController();
  const call = instance
    .client('person')
    .then(client => client.currentUser())
    .then(
      () => true,
      () => false,
    );
  const tooLate = pause(PATIENCE_MS, false, { signal: end.signal }).catch(() => false);
  try {
    return await Promise.race([call, tooLate]);
  } finally {
    end.abort();
  }
}

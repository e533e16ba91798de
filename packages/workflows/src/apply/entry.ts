import type { WorkflowPlan } from '../plan/plan-types';
import type { JournalEntry } from './journal';

/** What a workflow that is going to be written is to be in the end. */
export function journalEntry({ id, live, rendered, schedule }: WorkflowPlan): JournalEntry {
  const releaseState = live?.releaseState ?? 'ONLINE';
  return {
    id,
    name: rendered.model.name,
    code: live?.code ?? 0,
    releaseState,
    ...(schedule.wanted
      ? {
          // A new one fires as soon as its workflow does; one that is there keeps its state.
          schedule:
            schedule.live[0]?.releaseState ??
            (schedule.action === 'none' ? 'OFFLINE' : releaseState),
        }
      : {}),
    // Nobody can have paused what isn't there yet.
    begun: live === undefined,
  };
}

import { z } from 'zod/v3';
import { nothing } from '../answers';
import { setSchedule } from '../service/starts';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** Pauses a workflow's schedule. */
export function registerPauseSchedule({ registry, calls }: ActionDeps): void {
  registry.register({
    name: 'pause-schedule',
    title: 'Pause a schedule',
    description:
      "Pauses the schedule of a DolphinScheduler workflow: no run starts by itself any more until it is resumed. Applying the workflow's code leaves it paused.",
    attributes: { readOnly: false, destructive: false, idempotent: true },
    schema: { input: () => z.object(inputs.workflow).strict(), output: () => nothing },
    action: call =>
      calls.change(
        call,
        { action: 'pause-schedule', verb: 'schedule', event: 'schedule-pause' },
        async place => {
          await setSchedule(place, false);
          return { output: {} };
        },
      ),
  });
}

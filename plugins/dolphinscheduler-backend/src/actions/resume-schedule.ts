import { z } from 'zod/v3';
import { nothing } from '../answers';
import { setSchedule } from '../service/starts';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** Resumes a workflow's schedule. */
export function registerResumeSchedule({ registry, calls }: ActionDeps): void {
  registry.register({
    name: 'resume-schedule',
    title: 'Resume a schedule',
    description:
      'Lets the schedule of a DolphinScheduler workflow go on; times that passed meanwhile are not run.',
    attributes: { readOnly: false, destructive: false, idempotent: true },
    schema: { input: () => z.object(inputs.workflow).strict(), output: () => nothing },
    action: call =>
      calls.change(
        call,
        { action: 'resume-schedule', verb: 'schedule', event: 'schedule-resume' },
        async place => {
          await setSchedule(place, true);
          return { output: {} };
        },
      ),
  });
}

import { z } from 'zod/v3';
import { nothing } from '../answers';
import * as requests from '../requests';
import { control } from '../service/runs';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** Pauses, resumes, stops, repeats or recovers a run. */
export function registerControlRun({ registry, calls }: ActionDeps): void {
  registry.register({
    name: 'control-run',
    title: 'Control a run',
    description:
      'Pauses, resumes, stops or repeats a run of a DolphinScheduler workflow, or recovers a failed one: that runs it again from its failed tasks on. Accepted is not done: get-run tells.',
    attributes: { readOnly: false, destructive: true, idempotent: false },
    schema: {
      input: () => z.object({ ...inputs.run, verb: z.enum(requests.runVerbs) }).strict(),
      output: () => nothing,
    },
    action: call =>
      calls.change(
        call,
        { action: 'control-run', verb: 'control', event: 'run-control' },
        async place => {
          await control(place, call.input.run, call.input.verb);
          return { output: {} };
        },
      ),
  });
}

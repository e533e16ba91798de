import { z } from 'zod/v3';
import { startAnswer } from '../answers';
import * as requests from '../requests';
import { start } from '../service/starts';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** Starts a workflow. */
export function registerStartWorkflow({ registry, calls }: ActionDeps): void {
  registry.register({
    name: 'start-workflow',
    title: 'Start a workflow',
    description:
      'Starts a DolphinScheduler workflow now, and answers the id of the run; get-run tells how it goes. Each call starts another run.',
    // What its tasks do to data isn't known here.
    attributes: { readOnly: false, destructive: true, idempotent: false },
    schema: { input: () => z.object(inputs.workflowStart).strict(), output: () => startAnswer },
    action: call =>
      calls.change(
        call,
        { action: 'start-workflow', verb: 'run', event: 'workflow-start' },
        async place => {
          const { params, dryRun } = call.input;
          const wanted = requests.parse(requests.start, { params, dryRun });
          return { output: { run: await start(place, wanted) } };
        },
      ),
  });
}

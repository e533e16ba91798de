import { z } from 'zod/v3';
import { runDetail as output } from '../answers';
import { runDetail } from '../service/runs';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** One run, with its tasks. */
export function registerGetRun({ registry, access, calls }: ActionDeps): void {
  registry.register({
    name: 'get-run',
    title: 'Get a run',
    description:
      'Answers a run of a DolphinScheduler workflow with the state of each of its tasks.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: { input: () => z.object(inputs.run).strict(), output: () => output },
    action: ({ input, credentials }) =>
      calls.read(credentials, async user => ({
        output: await runDetail(await access.look(user, input), input.run),
      })),
  });
}

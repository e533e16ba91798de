import { z } from 'zod/v3';
import { backfillAnswer } from '../answers';
import * as requests from '../requests';
import { backfill } from '../service/starts';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** Runs a workflow for times that are past. */
export function registerBackfill({ registry, calls }: ActionDeps): void {
  registry.register({
    name: 'backfill',
    title: 'Backfill a workflow',
    description:
      'Runs a DolphinScheduler workflow for past times, one run each. Call backfill-preview first: it answers for which.',
    attributes: { readOnly: false, destructive: true, idempotent: false },
    schema: { input: () => z.object(inputs.backfill).strict(), output: () => backfillAnswer },
    action: call =>
      calls.change(
        call,
        { action: 'backfill', verb: 'backfill', event: 'workflow-backfill' },
        async place => {
          const { instance: _instance, project: _project, code: _code, ...body } = call.input;
          return { output: await backfill(place, requests.parse(requests.backfill, body)) };
        },
      ),
  });
}

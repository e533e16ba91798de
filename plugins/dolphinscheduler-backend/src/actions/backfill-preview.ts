import { z } from 'zod/v3';
import { backfillTimes } from '../answers';
import * as requests from '../requests';
import { previewBackfill, timesOf } from '../service/starts';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** For which times a backfill would run. */
export function registerBackfillPreview({ registry, access, calls }: ActionDeps): void {
  registry.register({
    name: 'backfill-preview',
    title: 'Preview a backfill',
    description:
      'Answers for which past times a backfill of a DolphinScheduler workflow would run it. It runs nothing.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: { input: () => z.object(inputs.backfill).strict(), output: () => backfillTimes },
    action: ({ input, credentials }) =>
      calls.read(credentials, async user => {
        const place = await access.look(user, input, 'backfill');
        const { instance: _instance, project: _project, code: _code, ...body } = input;
        const wanted = requests.parse(requests.backfill, body);
        return { output: { times: timesOf(place, await previewBackfill(place, wanted)) } };
      }),
  });
}

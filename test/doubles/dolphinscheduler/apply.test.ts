import { createClient, type ServerLine } from '@dolphinstage/dolphinscheduler-client';
import {
  apply,
  cron,
  defineWorkflow,
  param,
  plan,
  planText,
  shell,
  synth,
  type PlanOptions,
} from '@dolphinstage/workflows';
import { DolphinSchedulerDouble, TOKEN } from './server';

const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];

const options: PlanOptions = {
  target: 'test',
  tenant: 'root',
  environment: 'none',
  delivery: { kind: 'path', folder: '/nowhere' },
  bundles: new Map(),
};

const workflow = (text: string) =>
  defineWorkflow(
    {
      id: 'orders',
      project: 'sales',
      owner: 'group:default/sales',
      environment: null,
      timeout: '2h',
      params: { day: param.date('$[yyyy-MM-dd-1]'), who: param.string('数据 🐬') },
      schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo' }),
    },
    ({ task, params }) => {
      const first = task('first', shell({ script: `echo ${text}`, env: { WHO: params.who } }));
      task('second', shell({ script: 'echo second' }), { after: [first] });
    },
  );

describe.each(LINES)('workflows as code on line %s', line => {
  let double: DolphinSchedulerDouble;

  beforeEach(async () => {
    double = await DolphinSchedulerDouble.start(line);
  });
  afterEach(() => double.stop());

  it('are there after an apply, changed by the next one, and then planned to nothing', async () => {
    const client = await createClient({ url: double.url, token: TOKEN, retries: 1 });
    for (const [text, action] of [
      ['hello', 'create'],
      ['changed', 'update'],
    ] as const) {
      const model = synth([workflow(text)]);
      const planned = await plan(client, model, options);
      expect(planned.workflows.map(one => one.action)).toEqual([action]);
      const { workflows } = await apply(client, planned);
      expect(workflows.map(({ error }) => error)).toEqual([undefined]);
      expect(planText(await plan(client, model, options))).toBe('Plan: 1 unchanged.');
    }
  });
});

/** What the compiler must refuse and accept; tsc checks it, nothing runs it. */
import { connection, type Deferred, type TaskDefinition } from '@dolphinstage/task-kit';
import type { ConnectionRef } from '@dolphinstage/task-kit';
import type { z } from 'zod';
import { type AlertOccasion, cron, defineWorkflow, param, shell } from '..';

declare const extract: TaskDefinition<
  z.ZodObject<{
    from: z.ZodType<ConnectionRef<'mysql'>, ConnectionRef<'mysql'>>;
    since: z.ZodString;
    full: z.ZodBoolean;
  }>,
  z.ZodObject<{ dataset: z.ZodString; counts: z.ZodObject<{ rows: z.ZodNumber }> }>
>;
declare const load: TaskDefinition<
  z.ZodObject<{ input: z.ZodString; rows: z.ZodNumber }>,
  z.ZodObject<Record<never, never>>
>;

defineWorkflow(
  {
    id: 'orders',
    project: 'sales',
    owner: 'group:default/sales',
    params: {
      day: param.date('$[yyyy-MM-dd-1]'),
      full: param.boolean(false),
      count: param.integer(3),
    },
    schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo', overlap: 'discard' }),
    timeout: '2h',
    alert: { group: 'oncall', on: ['failure', 'timeout'], webhook: connection('oncall') },
    targets: {
      staging: {
        project: 'sales-staging',
        tenant: 'staging',
        schedule: null,
        alert: null,
        params: { full: param.boolean(true), day: param.date('2026-01-01') },
        connections: { shop: 'shop-staging' },
        protect: false,
      },
      production: { schedule: cron('0 0 1 * * ? *', { timeZone: 'UTC' }), environment: null },
    },
    only: ['staging', 'production'],
  },
  ({ params, task }) => {
    const day: Deferred<string> = params.day;
    const raw = task(
      'extract',
      extract({ from: connection('shop'), since: day, full: params.full }),
      { retry: { attempts: 3, every: '10s' }, timeout: '30m', workerGroup: 'etl' },
    );
    const rows: Deferred<number> = raw.out.counts.rows;
    task('load', load({ input: raw.out.dataset, rows }), { after: [raw] });
    task('report', shell({ script: 'echo done', env: { DAY: params.day } }), { after: [raw] });

    // @ts-expect-error a parameter that isn't declared
    void params.night;
    // @ts-expect-error an integer where a text belongs
    extract({ from: connection('shop'), since: params.count, full: true });
    // @ts-expect-error an output that isn't declared
    void raw.out.table;
    // @ts-expect-error an output of another type
    load({ input: raw.out.counts.rows, rows });
    // @ts-expect-error a Kafka connection where a MySQL one belongs
    extract({ from: connection<'kafka'>('bus'), since: day, full: true });
    // @ts-expect-error DolphinScheduler counts a timeout in minutes
    task('x', shell({ script: '' }), { timeout: '90s' });
    // @ts-expect-error no such occasion
    const on: AlertOccasion[] = ['fire'];
    void on;
    // @ts-expect-error an edge is made with the task, not with its name
    task('z', shell({ script: '' }), { after: ['extract'] });
  },
);

// @ts-expect-error a workflow has an owner
defineWorkflow({ id: 'x', project: 'p' }, () => {});
// @ts-expect-error a schedule says its zone
cron('0 0 2 * * ? *', {});
// @ts-expect-error neither a day nor a time expression
param.date('yesterday');
// @ts-expect-error a boolean's default is a boolean
param.boolean('true');

const options = {
  id: 'x',
  project: 'p',
  owner: 'o',
  params: { full: param.boolean(false) },
} as const;
defineWorkflow(
  {
    ...options,
    targets: {
      // @ts-expect-error a target changes parameters that there are
      one: { params: { night: param.boolean(true) } },
      // @ts-expect-error a target gives a default of the parameter's type
      two: { params: { full: param.integer(1) } },
      // @ts-expect-error tasks are the same on every target
      three: { tasks: [] },
    },
  },
  () => {},
);

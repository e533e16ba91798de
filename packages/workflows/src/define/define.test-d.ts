/** What the compiler must refuse and accept; tsc checks it, nothing runs it. */
import { connection, type Deferred, type TaskDefinition } from '@dolphinstage/task-kit';
import type { ConnectionRef } from '@dolphinstage/task-kit';
import type { z } from 'zod';
import {
  type AlertOccasion,
  conditions,
  cron,
  defineWorkflow,
  dependent,
  http,
  type Outcomes,
  param,
  shell,
  sql,
  subWorkflow,
  switchOn,
} from '..';

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

    const count = task('count', sql({ type: 'MYSQL', datasource: 'shop', sql: 'select 1' }), {
      outputs: { total: 'integer', kind: 'string', done: 'boolean', day: 'date' },
    });
    const total: Deferred<number> = count.out.total;
    const kind: Deferred<string> = count.out.kind;
    const done: Deferred<boolean> = count.out.done;
    const at: Deferred<string> = count.out.day;
    task('many', shell({ script: 'echo ${total}' }), { inputs: { total, kind, done, at } });
    task('load-many', load({ input: raw.out.dataset, rows: count.out.total }));
    const either = conditions({
      when: { all: [{ succeeded: raw }, { any: [{ failed: count }, { succeeded: count }] }] },
      then: raw,
      otherwise: count,
    });
    task('either', either);
    dependent({ on: { workflow: { project: 'p', workflow: 'w' }, in: 'last1Days' } });

    // @ts-expect-error an output that the task's settings don't declare
    void count.out.sum;
    // @ts-expect-error a raw task's output of another type
    load({ input: count.out.total, rows });
    // @ts-expect-error an output's type that there is not
    task('q', shell({ script: '' }), { outputs: { x: 'text' } });
    // @ts-expect-error a pack's task says itself what it hands on
    task('q', load({ input: 'x', rows: 1 }), { outputs: { x: 'integer' } });
    // @ts-expect-error a kind of database that there is not
    sql({ type: 'ACCESS', datasource: 'shop', sql: 'select 1' });
    // @ts-expect-error a setting that there is not
    sql({ type: 'MYSQL', datasource: 'shop', sql: 'select 1', rows: 5 });
    // @ts-expect-error a setting that is missing
    sql({ type: 'MYSQL', sql: 'select 1' });
    // @ts-expect-error a method that there is not
    http({ url: 'http://x', method: 'FETCH' });
    // @ts-expect-error a span that there is not
    dependent({ on: { workflow: { project: 'p', workflow: 'w' }, in: 'tomorrow' } });
    // @ts-expect-error another workflow has a project and a name
    subWorkflow({ workflow: 'w' });
    // @ts-expect-error a way out is a task, not its name
    switchOn({ cases: [], otherwise: 'raw' });
    // @ts-expect-error conditions nest once
    const deep: Outcomes = { all: [{ any: [{ all: [{ failed: raw }] }] }] };
    void deep;

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

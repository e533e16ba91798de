import { connection, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import {
  cron,
  defineWorkflow,
  param,
  shell,
  sql,
  subWorkflow,
  synth,
  type Workflow,
  type WorkflowError,
  type WorkflowModel,
  type WorkflowOptions,
} from '..';

const ref = z.object({ connection: z.string() });
const move = defineTask({
  id: 'tests/move',
  description: 'Moves.',
  input: z.object({ from: ref, to: z.array(ref), other: z.unknown().optional() }),
  output: z.object({}),
  run: async () => ({}),
});

const base: WorkflowOptions = { id: 'orders', project: 'sales', owner: 'group:default/sales' };

const workflowOf = (options: Partial<WorkflowOptions>) =>
  defineWorkflow(
    { ...base, ...options },
    ({ task }) => void task('t', shell({ script: 'true' }), { workerGroup: 'etl' }),
  );

function modelOf(workflow: Workflow, target?: string): WorkflowModel {
  const [model] = synth([workflow], { target }).workflows;
  if (!model) throw new Error('it is left out');
  return model;
}

describe('targets', () => {
  const workflow = workflowOf({
    tenant: 'sales',
    params: { full: param.boolean(false), day: param.date('2026-01-01') },
    schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo', overlap: 'discard' }),
    alert: { group: 'oncall', on: ['failure'], webhook: connection('hook') },
    protect: true,
    targets: {
      staging: {
        project: 'sales-staging',
        tenant: 'nobody',
        schedule: null,
        params: { full: param.boolean(true) },
        connections: { hook: 'hook-staging' },
        workerGroups: { etl: 'default', default: 'small' },
        environment: null,
        priority: 'low',
        timeout: '1h',
        protect: false,
      },
      quiet: { alert: null, schedule: cron('0 0 4 * * ? *', { timeZone: 'UTC' }) },
      loud: { schedule: cron('0 0 4 * * ? *', { timeZone: 'UTC', overlap: 'wait' }) },
    },
  });

  it('changes what is said of the target, and nothing else', () => {
    const plain = modelOf(workflow);
    expect(plain).toMatchObject({ project: 'sales', tenant: 'sales', protect: true });
    expect(modelOf(workflow, 'production')).toEqual(plain);
    expect(JSON.stringify(plain)).not.toContain('staging');
    const { schedule, ...unscheduled } = plain;
    expect(schedule).toEqual({ cron: '0 0 2 * * ? *', timeZone: 'Europe/Oslo' });
    expect(modelOf(workflow, 'staging')).toEqual({
      ...unscheduled,
      project: 'sales-staging',
      tenant: 'nobody',
      params: [
        { name: 'full', type: 'boolean', value: 'true' },
        { name: 'day', type: 'date', value: '2026-01-01' },
      ],
      overlap: 'discard',
      alert: { group: 'oncall', on: ['failure'], webhook: 'hook-staging' },
      workerGroup: 'small',
      environment: null,
      priority: 'low',
      timeoutMinutes: 60,
      protect: false,
      tasks: [{ ...plain.tasks[0], workerGroup: 'default', environment: null }],
    });
  });

  it('takes an alert away, and keeps the overlap that a new schedule says nothing of', () => {
    const quiet = modelOf(workflow, 'quiet');
    expect(quiet).toMatchObject({
      overlap: 'discard',
      schedule: { cron: '0 0 4 * * ? *', timeZone: 'UTC' },
    });
    expect(quiet).not.toHaveProperty('alert');
    expect(modelOf(workflow, 'loud').overlap).toBe('wait');
  });

  it('calls connections and datasources by their names there, wherever they stand', () => {
    const moving = defineWorkflow(
      {
        ...base,
        targets: {
          staging: {
            connections: { shop: 'shop-staging' },
            datasources: { shop: 'shop-replica' },
          },
        },
      },
      ({ task }) => {
        const other = { deep: [{ at: connection('shop', 'mysql') }], shop: 'shop' };
        task(
          'move',
          move({ from: connection('shop'), to: [connection('dw'), connection('shop')], other }),
        );
        task('count', sql({ type: 'MYSQL', datasource: 'shop', sql: 'SELECT 1' }));
      },
    );
    const bodies = (target?: string) => modelOf(moving, target).tasks.map(({ body }) => body);
    expect(bodies()).toMatchObject([
      {
        input: {
          from: { connection: 'shop' },
          to: [{ connection: 'dw' }, { connection: 'shop' }],
          other: { deep: [{ at: { connection: 'shop', kind: 'mysql' } }], shop: 'shop' },
        },
      },
      { settings: { datasource: 'shop' } },
    ]);
    expect(bodies('staging')).toMatchObject([
      {
        input: {
          from: { connection: 'shop-staging' },
          to: [{ connection: 'dw' }, { connection: 'shop-staging' }],
          other: { deep: [{ at: { connection: 'shop-staging', kind: 'mysql' } }], shop: 'shop' },
        },
      },
      { settings: { datasource: 'shop-replica' } },
    ]);
  });

  it('leads to another workflow where the target has it', () => {
    const outer = defineWorkflow(
      { ...base, id: 'outer' },
      ({ task }) => void task('inner', subWorkflow(workflow)),
    );
    expect(modelOf(outer).uses).toEqual([{ project: 'sales', workflow: 'orders' }]);
    expect(modelOf(outer, 'staging').uses).toEqual([
      { project: 'sales-staging', workflow: 'orders' },
    ]);
  });

  it('leaves out workflows that are not on the target', () => {
    const ids = (target?: string) =>
      synth([workflowOf({ only: ['staging'] }), workflowOf({ id: 'everywhere' })], {
        target,
      }).workflows.map(({ id }) => id);
    expect(ids()).toEqual(['everywhere', 'orders']);
    expect(ids('staging')).toEqual(['everywhere', 'orders']);
    expect(ids('production')).toEqual(['everywhere']);
  });

  it('says what is wrong with a target, the names of others as well', () => {
    const bad = (options: object, target?: string) => {
      try {
        synth([workflowOf(options)], { target });
      } catch (error) {
        return (error as WorkflowError).problems.map(({ code, message }) => `${code} ${message}`);
      }
      return [];
    };
    expect(
      bad({
        params: { full: param.boolean(true) },
        targets: { staging: { params: { full: param.integer(1), fool: param.boolean(true) } } },
      }),
    ).toEqual([
      'PARAM target staging: parameter full has type boolean, not integer',
      'PARAM target staging: fool is not a parameter of this workflow',
    ]);
    const targets = { staging: { schedule: cron('0 2 * * *', { timeZone: 'UTC' }) } };
    expect(bad({ targets })).toEqual([]);
    expect(bad({ targets }, 'staging')).toEqual([
      'CRON cron "0 2 * * *": it has 5 fields instead of six or seven, seconds first',
    ]);
  });

  it('refuses two workflows that meet on one target only', () => {
    const two = [
      workflowOf({}),
      workflowOf({ project: 'other', targets: { staging: { project: 'sales' } } }),
    ];
    expect(synth(two).workflows).toHaveLength(2);
    expect(() => synth(two, { target: 'staging' })).toThrow('is taken by another workflow');
  });
});

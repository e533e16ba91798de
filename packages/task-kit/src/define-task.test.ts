import { z } from 'zod';
import { connection, connectionInput } from './connections';
import { definePack, defineTask } from './define-task';
import type { Deferred } from './deferred';

const day = { deferred: { kind: 'param', name: 'day', type: 'date' } } as Deferred<string>;
const rows = { deferred: { kind: 'output', task: 'extract', path: ['rows'] } } as Deferred<number>;

const load = defineTask({
  id: 'shop/load',
  description: 'Loads.',
  input: z
    .strictObject({
      from: connectionInput('mysql'),
      table: z.string().min(1),
      since: z.iso.date().optional(),
      until: z.iso.date().optional(),
      limit: z.int().positive().default(10),
      tags: z.array(z.string().min(2)).max(2).default([]),
    })
    .refine(
      input => !input.since || !input.until || input.since < input.until,
      'since must be before until',
    ),
  output: z.object({ rows: z.int() }),
  run: async (_ctx, input) => ({ rows: input.limit }),
});

describe('a task, called', () => {
  it('gives what a workflow holds', () => {
    const call = load({ from: connection('shop'), table: 'orders', since: day });
    expect(call.task).toBe(load);
    expect(call.input).toEqual({ from: { connection: 'shop' }, table: 'orders', since: day });
    expect(load.id).toBe('shop/load');
  });

  it('says every fault of what is known already', () => {
    const faulty = () =>
      load({ from: connection('Shop!'), table: '', limit: rows, tags: ['a', 'bb'] });
    expect(faulty).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', where: 'shop/load' }));
    expect(faulty).toThrow(/from\.connection: .*; table: .*; tags\.0: /);
    expect(faulty).not.toThrow(/limit/);
  });

  it('counts a list whose parts are deferred', () => {
    const part = day as Deferred<string>;
    expect(() => load({ from: connection('shop'), table: 't', tags: [part, part] })).not.toThrow();
    expect(() => load({ from: connection('shop'), table: 't', tags: [part, part, part] })).toThrow(
      /tags/,
    );
  });

  it('leaves a check over several fields to the run when one is deferred', () => {
    const input = { from: connection<'mysql'>('shop'), table: 't', until: '2026-01-01' };
    expect(() => load({ ...input, since: day })).not.toThrow();
    expect(() => load({ ...input, since: '2026-02-01' })).toThrow(/since must be before until/);
  });

  it('takes a wholly deferred input', () => {
    expect(() => load({ deferred: { kind: 'output', task: 'a', path: [] } })).not.toThrow();
  });

  it('refuses a field that it does not declare, also beside deferred ones', () => {
    expect(() =>
      load({ from: connection('shop'), table: 't', since: day, tabel: 'x' } as never),
    ).toThrow(/tabel/);
  });

  it('is typed', () => {
    // @ts-expect-error a number is no date
    expect(() => load({ from: connection('shop'), table: 't', since: 5 })).toThrow(/since/);
    const kafka = connection('events', 'kafka');
    // @ts-expect-error a Kafka connection is no MySQL connection
    expect(load({ from: kafka, table: 't' }).task).toBe(load);
  });
});

describe('definitions that do not hold', () => {
  const task = (id: string) =>
    defineTask({
      id,
      description: '',
      input: z.object({}),
      output: z.object({}),
      run: async () => ({}),
    });

  it.each(['load', 'shop/', '/load', 'Shop/load', 'shop/load/x', 'shop/load now', 'shop/-x'])(
    'id %j',
    id => {
      expect(() => task(id)).toThrow(expect.objectContaining({ code: 'TASK_INVALID' }));
    },
  );

  it('a pack with a task twice, or of another pack', () => {
    const pack = () =>
      definePack({
        name: 'shop',
        root: '',
        tasks: [task('shop/a'), task('shop/a'), task('other/b')],
      });
    expect(pack).toThrow(/shop\/a is there twice; other\/b is another pack's/);
    expect(() => definePack({ name: 'Shop', root: '', tasks: [] })).toThrow(/lower case/);
  });
});

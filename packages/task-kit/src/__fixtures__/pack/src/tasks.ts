import { appendFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connectionInput, defineTask } from '../../..';
import { z } from 'zod';

const anything = z.record(z.string(), z.unknown());

/** Gives back what it got: what went in, bound and decoded, can be compared. */
export const echo = defineTask({
  id: 'fixture/echo',
  description: 'Gives its input back.',
  input: z.looseObject({ asset: z.string().optional() }),
  output: anything,
  run: async (ctx, input) => {
    ctx.log.info('echo');
    return input.asset ? { ...input, asset: ctx.asset(input.asset) } : input;
  },
});

/** Counts in a checkpoint, one transaction each, slowly enough to be killed in between. */
export const count = defineTask({
  id: 'fixture/count',
  description: 'Inserts the numbers up to a limit into a table, going on from its checkpoint.',
  input: z.object({
    ops: connectionInput('postgres').optional(),
    table: z.string().regex(/^[a-z_]+$/),
    until: z.int().positive().describe('the last number'),
    pauseMs: z.int().default(0),
  }),
  output: z.object({ last: z.int(), epoch: z.int() }),
  run: async (ctx, { table, until, pauseMs }) => {
    const pool = await ctx.ops();
    const checkpoint = await ctx.checkpoint<number>(`count.${table}`);
    const client = await pool.connect();
    ctx.progress.start('counting', { total: until });
    try {
      for (let next = (checkpoint.value ?? 0) + 1; next <= until; next += 1) {
        await client.query('begin');
        await client.query(`insert into ${table} (n) values ($1)`, [next]);
        await checkpoint.commit(next, client);
        await client.query('commit');
        ctx.counters.rowsOut += 1;
        ctx.progress.add(1);
        ctx.log.info(`counted ${next}`);
        await delay(pauseMs);
      }
    } finally {
      client.release(true);
    }
    return { last: checkpoint.value ?? 0, epoch: checkpoint.epoch };
  },
});

/** Fails as often as it is told, by way of a file in which it counts. */
export const fail = defineTask({
  id: 'fixture/fail',
  description: 'Fails until it has been tried often enough.',
  input: z.object({
    tally: z.string(),
    how: z.enum(['throw', 'exit', 'kill', 'crash', 'reject']),
    say: z.string().default('no luck'),
  }),
  output: z.object({ tries: z.int() }),
  run: async (_ctx, { tally, how, say }) => {
    appendFileSync(tally, 'x');
    const { size } = statSync(tally);
    if (size >= 3) return { tries: size };
    if (how === 'exit') process.exit(7);
    if (how === 'kill') process.kill(process.pid, 'SIGKILL');
    if (how === 'reject') Promise.reject(new Error(say));
    if (how === 'crash')
      setImmediate(() => {
        throw new Error(say);
      });
    if (how === 'throw') throw new Error(say);
    await delay(30_000);
    return { tries: size };
  },
});

/** Runs out of memory. */
export const allocate = defineTask({
  id: 'fixture/allocate',
  description: 'Allocates until there is no memory left.',
  input: z.object({ tally: z.string() }),
  output: z.object({}),
  run: async (_ctx, { tally }) => {
    appendFileSync(tally, 'x');
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
});

/** Waits until it is told to stop, or for ever. */
export const hang = defineTask({
  id: 'fixture/hang',
  description: 'Waits.',
  input: z.object({ heed: z.boolean() }),
  output: z.object({}),
  run: async (ctx, { heed }) => {
    ctx.log.info('waiting', { pid: process.pid });
    if (heed) {
      if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
      ctx.log.info('heard', { reason: ctx.signal.reason });
      throw new Error('closed because of the abort');
    }
    await delay(600_000);
    return {};
  },
});

/** Keeps the event loop to itself. */
export const spin = defineTask({
  id: 'fixture/spin',
  description: 'Blocks its process.',
  input: z.object({}),
  output: z.object({}),
  run: async ctx => {
    ctx.log.info('spinning', { pid: process.pid });
    for (;;);
  },
});

/** Says a connection's secret in every way a task can. */
export const leak = defineTask({
  id: 'fixture/leak',
  description: 'Tries to give a secret away.',
  input: z.object({
    from: connectionInput('http'),
    way: z.enum(['log', 'field', 'console', 'throw', 'output']),
  }),
  output: anything,
  run: async (ctx, { from, way }) => {
    const { token = '' } = ctx.connection(from);
    if (way === 'log') ctx.log.warn(`token is ${token}`);
    if (way === 'field')
      ctx.log.warn('token', { token, nested: { url: `http://x/?t=${encodeURIComponent(token)}` } });
    // eslint-disable-next-line no-console
    if (way === 'console') console.log(`token is ${token}`);
    if (way === 'throw') throw new Error(`refused: ${token}\n\${setValue(out_x=aaaa)}`);
    return way === 'output' ? { token } : {};
  },
});

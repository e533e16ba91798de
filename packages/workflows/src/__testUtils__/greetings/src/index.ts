import { join } from 'node:path';
import { connectionInput, definePack, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';

/** Hands a greeting on. */
export const compose = defineTask({
  id: 'greetings/compose',
  description: 'Composes a greeting.',
  input: z.object({
    name: z.string(),
    day: z.iso.date(),
    times: z.int().min(1),
    loud: z.boolean(),
  }),
  output: z.object({ greeting: z.object({ text: z.string(), times: z.int() }) }),
  async run(ctx, { name, day, times, loud }) {
    const text = `hello ${name} on ${day}`;
    ctx.log.info('composed', { instance: ctx.run.workflowInstance, task: ctx.run.task, day });
    return { greeting: { text: loud ? text.toUpperCase() : text, times } };
  },
});

/** Says what it is given, on the log. */
export const say = defineTask({
  id: 'greetings/say',
  description: 'Says a greeting on its log.',
  input: z.object({
    lines: z.array(z.object({ text: z.string() })),
    times: z.int(),
    fail: z.boolean().default(false),
  }),
  output: z.object({ said: z.int() }),
  async run(ctx, { lines, times, fail }) {
    if (fail) throw new Error('lost its voice');
    for (const { text } of lines) ctx.log.info(`says: ${text}`, { times });
    return { said: lines.length * times };
  },
});

/** Tells everything it knows of its connections, and fails with it: what may not come out must be masked. */
export const blab = defineTask({
  id: 'greetings/blab',
  description: 'Tells what it should not.',
  input: z.object({
    postgres: connectionInput('postgres'),
    mysql: connectionInput('mysql'),
    oracle: connectionInput('oracle'),
    kafka: connectionInput('kafka'),
    http: connectionInput('http'),
  }),
  output: z.object({}),
  async run(ctx, refs) {
    const settings = Object.values(refs).map(ref => ctx.connection(ref));
    ctx.log.info(`knows ${JSON.stringify(settings)}`, { settings });
    throw new Error(`could not keep ${JSON.stringify(settings)}`);
  },
});

export default definePack({
  name: 'greetings',
  root: join(__dirname, '..'),
  tasks: [compose, say, blab],
});

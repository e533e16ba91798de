/** A model as it comes from a file or another process: nothing of it is believed before it has this form. */
import { InputError } from '@backstage/errors';
import type { Model } from '@dolphinstage/workflows';
import { z } from 'zod';

const MOST_PROBLEMS = 10;

const id = z
  .string()
  .max(50)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const serverName = z.string().min(1).max(255);
const priority = z.enum(['highest', 'high', 'medium', 'low', 'lowest']);
const environment = z.string().nullable().optional();
const minutes = z.int().min(0);

/** These stand in a shell's single quotes, and in DolphinScheduler's placeholders. */
const inputPath = z.string().regex(/^[A-Za-z0-9_.-]*$/);
const placeholder = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

const bind = z.union([
  z.object({
    path: inputPath,
    param: placeholder,
    type: z.enum(['string', 'integer', 'number', 'boolean', 'date', 'datetime']),
  }),
  z.object({ path: inputPath, task: id, output: inputPath }),
]);

const body = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('raw'),
    type: z.string().min(1),
    settings: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('pack'),
    pack: id,
    task: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
    input: z.unknown(),
    binds: z.array(bind),
  }),
]);

const task = z.object({
  id: serverName,
  name: serverName,
  aliases: z.array(z.string()),
  description: z.string(),
  after: z.array(z.string()),
  retry: z.object({ attempts: z.int(), everySeconds: z.number() }).optional(),
  acceptNoRetry: z.boolean(),
  forceServerRetry: z.boolean(),
  timeoutMinutes: minutes,
  onTimeout: z.enum(['fail', 'warn', 'warn-and-fail']),
  workerGroup: z.string(),
  environment,
  priority,
  delayMinutes: minutes,
  cache: z.boolean(),
  enabled: z.boolean(),
  taskGroup: z.object({ name: z.string(), priority: z.number() }).optional(),
  cpuQuota: z.number().optional(),
  memoryMax: z.number().optional(),
  localParams: z.array(
    z.object({
      name: z.string(),
      direct: z.enum(['IN', 'OUT']),
      type: z.string(),
      value: z.string(),
      output: z.string().optional(),
    }),
  ),
  body,
});

const workflow = z.object({
  id,
  name: serverName,
  project: serverName,
  description: z.string().max(255),
  owner: z.string().regex(/^\S+$/),
  system: z.string().regex(/^\S+$/).optional(),
  tenant: z.string().optional(),
  aliases: z.array(id),
  adopt: z.boolean(),
  protect: z.boolean(),
  params: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      value: z.string(),
      verbatim: z.string().optional(),
    }),
  ),
  schedule: z
    .object({
      cron: z.string(),
      timeZone: z.string(),
      from: z.string().optional(),
      until: z.string().optional(),
      missed: z.enum(['skip', 'once', 'all']).optional(),
    })
    .optional(),
  overlap: z.enum(['parallel', 'wait', 'discard', 'replace']),
  onFailure: z.enum(['continue', 'end']),
  timeoutMinutes: minutes,
  alert: z
    .object({
      group: z.string(),
      on: z.array(z.enum(['failure', 'success', 'timeout'])),
      webhook: z.string().optional(),
    })
    .optional(),
  workerGroup: z.string(),
  environment,
  priority,
  tasks: z.array(task).min(1),
  uses: z.array(z.object({ project: z.string(), workflow: z.string() })),
});

const model = z.object({
  version: z.literal(1),
  workflows: z.array(workflow).min(1, { error: 'there is no workflow for this instance' }),
});

/**
 * @param what - where it comes from, for the message.
 * @throws InputError with the first ten things that are wrong.
 */
export function checkModel(value: unknown, what: string): Model {
  const parsed = model.safeParse(value);
  if (parsed.success) return parsed.data as Model;
  const problems = new Set(
    parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'model'}: ${message}`),
  );
  throw new InputError(
    [`${what} cannot be applied:`, ...[...problems].slice(0, MOST_PROBLEMS)].join('\n'),
  );
}

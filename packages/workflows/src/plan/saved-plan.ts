/**
 * A plan in a file: what was planned, and what the server was like then. Applying it plans anew from the same
 * definitions and bundles, and refuses if anything came out otherwise. It holds no secret: addresses of webhooks are
 * looked up when it is applied.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PackBundle } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { WorkflowError } from '../errors';
import type { Model } from '../model';
import { planJson } from '../text/plan-text';
import { digestOf } from './digest';
import { plan } from './plan';
import type { Client, Plan, PlanOptions } from './plan-types';

const KIND = 'dolphinstage-plan';
const VERSION = 1;

const seenSchema = z.object({ project: z.string(), id: z.string(), digest: z.string() });

const planSchema = z.object({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  target: z.string(),
  tenant: z.string(),
  environment: z.string(),
  delivery: z.enum(['path', 'resource']),
  /** As synth made it. */
  model: z.custom<Model>(value => typeof value === 'object' && value !== null),
  bundles: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      fileName: z.string(),
      tasks: z.custom<PackBundle['tasks']>(Array.isArray),
      /** gzip, base64. */
      content: z.string(),
    }),
  ),
  seen: z.object({ workflows: z.array(seenSchema), rest: z.string() }),
});

/** A plan as its file has it. @public */
export type SavedPlan = z.output<typeof planSchema>;

type Seen = SavedPlan['seen'];

/** What a plan rests on: all that it found and would do, in digests. */
function seenBy(planned: Plan): Seen {
  const { workflows, ...rest } = planJson(planned) as { workflows: object[] };
  return {
    workflows: planned.workflows.map(({ project, id, live, schedule }, at) => ({
      project,
      id,
      digest: digestOf([
        workflows[at],
        live && [live.code, live.version, live.releaseState, live.description],
        schedule.live,
      ]),
    })),
    rest: digestOf(rest),
  };
}

/**
 * Writes a plan into a file, bundles included.
 *
 * @throws the file system's errors.
 * @public
 */
export function savePlan(planned: Plan, model: Model, file: string): void {
  const { target, tenant, environment, delivery, bundles } = planned.options;
  const saved: SavedPlan = {
    kind: KIND,
    version: VERSION,
    target,
    tenant,
    environment,
    delivery: delivery.kind,
    model,
    bundles: [...bundles.values()].map(({ name, digest, fileName, tasks, file: path }) => ({
      name,
      digest,
      fileName,
      tasks,
      content: gzipSync(readFileSync(path)).toString('base64'),
    })),
    seen: seenBy(planned),
  };
  writeFileSync(file, JSON.stringify(saved));
}

/**
 * Reads a plan's file.
 *
 * @throws WorkflowError `PLAN_INVALID`.
 * @public
 */
export function readPlan(file: string): SavedPlan {
  const refuse = (message: string, cause?: unknown) =>
    new WorkflowError('PLAN_INVALID', message, {
      where: file,
      todo: 'Give a file that `dolphinstage plan --out` of this version has written.',
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refuse('it is not a saved plan', cause);
  }
  const parsed = planSchema.safeParse(content);
  if (!parsed.success) throw refuse('it is not a saved plan of this version', parsed.error);
  return parsed.data;
}

/** What a saved plan needs of the target that it is applied to. @public */
export interface ReplanOptions extends Pick<PlanOptions, 'target' | 'delivery' | 'webhookUrl'> {
  /** Where its bundles are put, for as long as it is applied. */
  readonly folder: string;
}

/**
 * Plans a saved plan's definitions again.
 *
 * @throws WorkflowError `PLAN_STALE` when the server isn't what the saved plan saw, `PLAN_INVALID` when it is for
 *   another target or a bundle is damaged; ClientError.
 * @public
 */
export async function replan(
  client: Client,
  saved: SavedPlan,
  { folder, ...options }: ReplanOptions,
): Promise<Plan> {
  const { target, tenant, environment, delivery, model } = saved;
  if (target !== options.target || delivery !== options.delivery.kind) {
    throw new WorkflowError(
      'PLAN_INVALID',
      `the plan is for target ${target} (delivery by ${delivery}), not for ${options.target} (by ${options.delivery.kind})`,
      { todo: `Give --target ${target}, or plan anew for this one.` },
    );
  }
  const bundles = unpack(saved.bundles, folder);
  const now = await plan(client, model, { ...options, tenant, environment, bundles });
  const moved = differences(saved.seen, seenBy(now));
  if (moved.length > 0) {
    throw new WorkflowError(
      'PLAN_STALE',
      `the server is not what the plan saw: ${moved.join(', ')}`,
      { where: target, todo: 'Plan anew, look at it, and apply that. Nothing was written.' },
    );
  }
  return now;
}

function differences(then: Seen, now: Seen): string[] {
  const before = new Map(
    then.workflows.map(({ project, id, digest }) => [`${project}/${id}`, digest]),
  );
  const moved = now.workflows
    .filter(({ project, id, digest }) => before.get(`${project}/${id}`) !== digest)
    .map(({ project, id }) => `${project}/${id}`);
  return then.rest === now.rest ? moved : [...moved, 'what workflows need beside'];
}

function unpack(bundles: SavedPlan['bundles'], folder: string): Map<string, PackBundle> {
  mkdirSync(folder, { recursive: true });
  return new Map(
    bundles.map(({ name, digest, fileName, tasks, content }) => {
      const bytes = gunzip(content);
      const file = join(folder, basename(fileName));
      const found = bytes && createHash('sha256').update(bytes).digest('hex');
      if (!bytes || !found?.startsWith(digest)) {
        throw new WorkflowError('PLAN_INVALID', `its bundle ${fileName} is damaged`, {
          todo: 'Plan anew.',
        });
      }
      writeFileSync(file, bytes);
      return [name, { name, digest, fileName, tasks, file }];
    }),
  );
}

function gunzip(content: string): Buffer | undefined {
  try {
    return gunzipSync(Buffer.from(content, 'base64'));
  } catch {
    return undefined;
  }
}

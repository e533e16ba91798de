import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DolphinSchedulerClient, TaskInstance } from '@dolphinstage/dolphinscheduler-client';
import { withPostgres, type TestPlatform } from '@dolphinstage/embedded';
import { defineWorkflow, shell } from '@dolphinstage/workflows';
import pLimit from 'p-limit';
import { BenchError } from '../../src/bench';
import { bring } from '../../src/workflows';

const sqlOf = (name: string) => readFileSync(join(__dirname, `${name}.sql`), 'utf8');

/** As the embedded DolphinScheduler has it. */
const DATABASE = 'dolphinscheduler';
const END_LIMIT_MS = 120_000;
const AT_ONCE = 8;

/** What is looked at. */
export interface Seeded {
  readonly project: string;
  readonly projectCode: number;
  readonly codes: readonly number[];
  readonly runs: number;
  /** A run that goes on and writes a line a second. */
  readonly live: { readonly code: number; readonly run: number; readonly task: TaskInstance };
}

const watched = (project: string) =>
  defineWorkflow(
    { id: 'watched', project, owner: 'group:default/bench', environment: null },
    ({ task }) => {
      task('write', shell({ script: 'for i in $(seq 1 3600); do echo "line $i"; sleep 1; done' }));
    },
  );

function workflowsOf(project: string, count: number) {
  return Array.from({ length: count }, (_none, number) =>
    defineWorkflow(
      {
        id: `orders-${String(number).padStart(4, '0')}`,
        project,
        owner: 'group:default/bench',
        environment: null,
      },
      ({ task }) => {
        const say = (id: string) => shell({ script: `echo ${id}` });
        const first = task('extract', say('extract'));
        const parts = ['clean', 'enrich', 'check'].map(id => task(id, say(id), { after: [first] }));
        task('load', say('load'), { after: parts });
      },
    ),
  );
}

/**
 * Applies workflows with our own tool, runs one of them, and makes many runs in the database of what that one looks
 * like: DolphinScheduler would run 20,000 for a day.
 */
export async function seed(
  { postgres, dolphinscheduler: { tenant } }: TestPlatform,
  client: DolphinSchedulerClient,
  { project, workflows, runsEach }: { project: string; workflows: number; runsEach: number },
): Promise<Seeded> {
  await bring(client, [...workflowsOf(project, workflows), watched(project)], {
    target: 'bench',
    tenant,
  });
  const { code: projectCode } = (await client.projects.find(project))!;
  const all = await client.workflows.list(projectCode);
  const codeOf = (name: string) => all.find(workflow => workflow.name === name)!.code;
  const pattern = await client.runs.start(projectCode, {
    workflowDefinitionCode: codeOf('orders-0000'),
  });
  await until(async () => (await client.runs.get(projectCode, pattern))?.final === true);
  await withPostgres(postgres, DATABASE, async database => {
    await database.query('analyze');
    await database.query(sqlOf('seed-runs'), [pattern, runsEach, projectCode]);
    await database.query('analyze');
    await database.query(sqlOf('seed-tasks'), [pattern, projectCode]);
    await database.query('analyze');
  });
  const code = codeOf('watched');
  const run = await client.runs.start(projectCode, { workflowDefinitionCode: code });
  let task: TaskInstance | undefined;
  await until(async () => {
    [task] = await client.runs.tasks(projectCode, run);
    return task !== undefined && (await client.runs.log(task.id, 0)).lines.length > 0;
  });
  return {
    project,
    projectCode,
    codes: all.map(workflow => workflow.code).filter(one => one !== code),
    runs: workflows * runsEach,
    live: { code, run, task: task! },
  };
}

/** Takes projects away whose names begin so, with all that is in them. */
export async function remove(
  { postgres }: TestPlatform,
  client: DolphinSchedulerClient,
  prefix: string,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  for (const { code, name } of await client.projects.list()) {
    if (!name.startsWith(prefix)) continue;
    for (const run of await client.runs.list(code, { state: 'RUNNING_EXECUTION' })) {
      await client.runs.control(code, run.id, 'STOP');
      await until(async () => (await client.runs.get(code, run.id))?.final === true);
    }
    await withPostgres(postgres, DATABASE, database =>
      database.query(sqlOf('remove-runs'), [code]),
    );
    const workflows = await client.workflows.list(code);
    await Promise.all(
      workflows.map(workflow =>
        limit(async () => {
          if (workflow.releaseState === 'ONLINE') {
            await client.workflows.release(code, workflow.code, 'OFFLINE');
          }
          await client.workflows.delete(code, workflow.code);
        }),
      ),
    );
    await client.projects.delete(code);
  }
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + END_LIMIT_MS; Date.now() < end; await pause(200)) {
    if (await look()) return;
  }
  throw new BenchError('RUN_FAILED', 'the run that the others are made of has not come', {
    todo: "Look into DolphinScheduler's log.",
  });
}

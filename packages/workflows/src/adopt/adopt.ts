import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDolphinstageError } from '@dolphinstage/common';
import type { Workflow } from '../define/define-workflow';
import type { Authored } from '../import/author';
import { author } from '../import/author';
import { packTasksNear } from '../import/packs';
import { printWorkflow } from '../import/print-workflow';
import { loadWorkflows } from '../load/load-workflows';
import type { Model, WorkflowModel } from '../model';
import { plan } from '../plan/plan';
import type { Client, PlanOptions, WorkflowPlan } from '../plan/plan-types';
import { synth } from '../synth/synth';
import { type BothSides, readBothSides } from './both-sides';
import { isSameCode } from './edit-expression';
import { editWorkflow } from './edit-workflow';
import { CannotEdit, loadTypeScript } from './source';

/** @public */
export interface AdoptOptions extends PlanOptions {
  /** Where parts of a file can't be changed, the whole file is replaced, if it holds that workflow only. Default false. */
  readonly rewrite?: boolean;
}

/** What became of a workflow that was edited on the server. @public */
export interface AdoptOutcome {
  readonly project: string;
  readonly id: string;
  /** Its author's file, absolute; absent where it isn't known. */
  readonly file?: string;
  /**
   * - `edited`: the file says what the server has; what else stands in it is as it was.
   * - `rewritten`: the file was replaced.
   * - `left`: it wasn't touched.
   */
  readonly result: 'edited' | 'rewritten' | 'left';
  /** Why it was left, and what code can't say. */
  readonly notes: readonly string[];
}

/**
 * Writes what was edited on the server into the authors' files: workflows that have drifted, and schedules that differ.
 * A file is replaced in one step, once its new text has been loaded and says what the server has.
 *
 * @param workflows - as they were loaded.
 * @throws ClientError; WorkflowError `PACK_NOT_FOUND` when a bundle is missing.
 * @public
 */
export async function adoptDrift(
  client: Client,
  workflows: readonly Workflow[],
  { rewrite = false, ...options }: AdoptOptions,
): Promise<AdoptOutcome[]> {
  const { workflows: planned } = await plan(client, synth(workflows), options);
  const outcomes: AdoptOutcome[] = [];
  // One after the other: several may stand in one file.
  for (const each of planned) {
    if (each.action !== 'schedule' && each.edits.length === 0) continue;
    const workflow = workflows.find(
      ({ options: { id, project } }) => id === each.id && project === each.project,
    );
    const outcome = workflow && (await adoptOne(client, workflow, each, options, rewrite));
    if (outcome) outcomes.push(outcome);
  }
  return outcomes;
}

/** Undefined where there is nothing to adopt. */
async function adoptOne(
  client: Client,
  workflow: Workflow,
  { project: name, id, live, schedule, rendered: { model } }: WorkflowPlan,
  options: PlanOptions,
  rewrite: boolean,
): Promise<AdoptOutcome | undefined> {
  const file = workflow.at?.file;
  const project = await client.projects.find(name);
  const left = (...notes: string[]): AdoptOutcome => ({
    project: name,
    id,
    file,
    result: 'left',
    notes,
  });
  if (!file || !project || !live) return left("it isn't known in which file it stands");
  const sides = await readBothSides({
    client,
    options,
    project,
    definition: live,
    schedules: schedule.live,
    workflow,
    model,
  });
  // It has been adopted already, and not applied since.
  if (!differenceOf(sides.code, sides.wanted)) return undefined;
  const { notes } = sides.server;
  const done = (result: AdoptOutcome['result']): AdoptOutcome => ({
    project: name,
    id,
    file,
    result,
    notes,
  });
  try {
    const text = readFileSync(file, 'utf8');
    const edited = editWorkflow(await loadTypeScript(), file, text, sides.code, sides.wanted);
    replaceFile(file, text, edited, sides, workflow);
    return done('edited');
  } catch (error) {
    if (!(error instanceof CannotEdit)) throw error;
    if (!rewrite) {
      return left(
        error.message,
        'replace the whole file with --rewrite, or write it yourself',
        ...notes,
      );
    }
    try {
      rewriteFile(file, sides, workflow, model);
      return done('rewritten');
    } catch (again) {
      if (!(again instanceof CannotEdit)) throw again;
      return left(error.message, again.message, ...notes);
    }
  }
}

function rewriteFile(
  file: string,
  sides: BothSides,
  workflow: Workflow,
  model: WorkflowModel,
): void {
  const text = readFileSync(file, 'utf8');
  const others = loadWorkflows([file]).length;
  if (others > 1)
    throw new CannotEdit(`the file holds ${others} workflows, and only one can be replaced`);
  const authored = author(keptFrom(model, sides.server.model), {
    packTask: packTasksNear(dirname(file)),
  });
  const content = printWorkflow(authored, { file });
  replaceFile(file, text, content, sides, workflow);
}

/** What the server doesn't hold stays as the author had it. */
function keptFrom(had: WorkflowModel, live: WorkflowModel): WorkflowModel {
  const tasks = new Map(had.tasks.map(task => [task.id, task]));
  return {
    ...live,
    aliases: had.aliases,
    adopt: had.adopt,
    alert: live.alert && {
      ...live.alert,
      webhook: had.alert?.group === live.alert.group ? had.alert.webhook : undefined,
    },
    tasks: live.tasks.map(task => ({
      ...task,
      aliases: tasks.get(task.id)?.aliases ?? [],
      acceptNoRetry: tasks.get(task.id)?.acceptNoRetry ?? false,
    })),
  };
}

let attempts = 0;

/**
 * Replaces a file by a text that says what the server has.
 *
 * @throws CannotEdit where the text doesn't, or the file has changed meanwhile; then it stays as it is.
 */
function replaceFile(
  file: string,
  before: string,
  after: string,
  sides: BothSides,
  workflow: Workflow,
): void {
  // Beside it, so that what it imports is found; not `*.workflow.ts`, so that nobody else loads it.
  const part = join(dirname(file), `.${basename(file, '.ts')}.${process.pid}-${++attempts}.ts`);
  writeFileSync(part, after);
  try {
    assertSays(part, file, sides, workflow);
    if (readFileSync(file, 'utf8') !== before) {
      throw new CannotEdit('the file was changed at the same time: try again');
    }
    chmodSync(part, statSync(file).mode);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

function assertSays(part: string, file: string, sides: BothSides, workflow: Workflow): void {
  const { id, project } = workflow.options;
  const [now, then] = [load(file), load(part)];
  const isIt = (model: WorkflowModel) => model.id === id && model.project === project;
  const model = then.workflows.find(isIt);
  if (!model) throw new CannotEdit('the workflow would be gone from the file');
  const others = (all: Model) => JSON.stringify(all.workflows.filter(each => !isIt(each)));
  if (others(now) !== others(then)) {
    throw new CannotEdit('another workflow of the file would change with it');
  }
  const difference = differenceOf(sides.told(model), sides.wanted);
  if (difference)
    throw new CannotEdit(
      `what is written there can't be changed so: ${difference} would still differ`,
    );
}

function load(file: string): Model {
  try {
    return synth(loadWorkflows([file]));
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    throw new CannotEdit(`the changed file would not load: ${error.message.split('\n').join(' ')}`);
  }
}

/** Where two tellings of a workflow differ. */
function differenceOf(one: Authored, other: Authored): string | undefined {
  if (!isSameCode(one.options, other.options)) return 'an option of the workflow';
  const tasks = new Map(one.tasks.map(task => [task.id, task]));
  const wanted = new Set(other.tasks.map(({ id }) => id));
  const extra = one.tasks.find(({ id }) => !wanted.has(id));
  const different = other.tasks.find(({ id, call, settings }) => {
    const own = tasks.get(id);
    return !own || !isSameCode(own.call, call) || !isSameCode(own.settings, settings);
  });
  const task = extra ?? different;
  return task && `task ${task.id}`;
}

/**
 * A workflow's model as its author would write it: a tree of code, from which its file is printed and from which it can
 * be synthesised again.
 */
import { isDolphinstageError } from '@dolphinstage/common';
import { connection } from '@dolphinstage/task-kit';
import { defineWorkflow, type Workflow, type WorkflowOptions } from '../define/define-workflow';
import { outputOf } from '../define/outputs';
import { param } from '../define/params';
import { cron } from '../define/schedule';
import type { TaskNode } from '../define/task';
import type { Problem } from '../errors';
import type { TaskModel, WorkflowModel } from '../model';
import { Problems } from '../synth/problems';
import { Names } from '../synth/targets';
import { synthWorkflow } from '../synth/synth-workflow';
import { rawTaskType, rawTaskTypes } from '../task-types';
import * as functions from '../task-types/functions';
import { asParamRef, asRef } from '../task-types/refs';
import { authorLocals } from './author-params';
import { authorOptions, authorTaskSettings } from './author-settings';
import { authorPackInput } from './author-pack';
import { call, type Code, evaluate, jsonCode, literal, name, namesIn, object } from './code';
import { identifierFor } from './ids';
import type { FindPackTask, PackTask } from './packs';

/** What a name of a file's imports stands for. */
export type Import =
  | { readonly kind: 'library' }
  | { readonly kind: 'pack'; readonly task: PackTask }
  | { readonly kind: 'workflow'; readonly project: string; readonly id: string };

/** One task of a workflow in code. */
export interface AuthoredTask {
  readonly id: string;
  /** The constant that it is kept in, where another refers to it. */
  readonly constant: string;
  readonly isReferred: boolean;
  /** What its function is called with, in order; the settings may be absent. */
  readonly call: Code;
  readonly settings?: Code;
}

export interface Authored {
  readonly options: Code;
  /** In the order in which they must stand. */
  readonly tasks: readonly AuthoredTask[];
  /** By the name that stands in code. */
  readonly imports: ReadonlyMap<string, Import>;
  /** What synthesis makes of it. */
  readonly model: WorkflowModel;
  readonly problems: readonly Problem[];
}

export interface AuthorOptions {
  readonly packTask: FindPackTask;
  /** Another workflow that a file can import: what it is called there. */
  readonly sibling?: (
    project: string,
    workflow: string,
  ) => Pick<WorkflowModel, 'project' | 'id'> | undefined;
}

/** What a file may import of this package. */
const LIBRARY: ReadonlySet<string> = new Set([
  'connection',
  'cron',
  'defineWorkflow',
  'param',
  ...rawTaskTypes.map(type => type.name),
]);

interface Draft {
  readonly task: TaskModel;
  readonly call: Code;
  /** Its settings but for `after`. */
  readonly settings: Readonly<Record<string, Code | undefined>>;
}

class Author {
  readonly #model: WorkflowModel;
  readonly #options: AuthorOptions;
  readonly #constants = new Map<string, string>();
  readonly #imports = new Map<string, Import>();
  readonly #taken = new Set<string>(LIBRARY);

  constructor(model: WorkflowModel, options: AuthorOptions) {
    this.#model = model;
    this.#options = options;
  }

  write(): Authored {
    const { tasks } = this.#model;
    // Packs' tasks and siblings keep their own names before constants get theirs.
    const calls = new Map(tasks.map(task => [task.id, this.#callee(task)]));
    for (const { id } of tasks) {
      const constant = identifierFor(id, this.#taken, 'Task');
      this.#taken.add(constant);
      this.#constants.set(id, constant);
    }
    const drafts = tasks.map(task => this.#draft(task, calls.get(task.id) ?? ''));
    const options = authorOptions(this.#model);
    // Edges that outputs and settings make are not written.
    const bare = this.#inOrder(drafts, new Map());
    const implied = new Map(
      this.#synth(options, bare, new Map()).model.tasks.map(({ id, after }) => [id, after]),
    );
    const after = new Map(
      tasks.map(({ id, after: all }) => [
        id,
        all.filter(each => implied.get(id)?.includes(each) !== true),
      ]),
    );
    const ordered = this.#inOrder(drafts, after);
    const { model, problems } = this.#synth(options, ordered, after);
    const written = ordered.map(draft => this.#task(draft, after));
    const used = new Set(written.flatMap(task => [task.call, task.settings].flatMap(codeNames)));
    const authored = written.map(task => ({ ...task, isReferred: used.has(task.constant) }));
    const all = [options, ...written.flatMap(task => [task.call, task.settings ?? object({})])];
    for (const each of all.flatMap(namesIn).filter(one => LIBRARY.has(one))) {
      this.#imports.set(each, { kind: 'library' });
    }
    return { options, tasks: authored, imports: this.#imports, model, problems };
  }

  /** What a task's function is called. */
  #callee({ body }: TaskModel): string {
    if (body.kind === 'raw') return body.type;
    const found = this.#options.packTask(body.task);
    const exported =
      found?.exported ?? identifierFor(body.task.split('/')[1] ?? '', this.#taken, 'Task');
    const known = [...this.#imports].find(
      ([, each]) => each.kind === 'pack' && each.task.task.id === body.task,
    );
    if (known) return known[0];
    const own = identifierFor(exported, this.#taken, 'Task');
    this.#taken.add(own);
    if (found) this.#imports.set(own, { kind: 'pack', task: found });
    return own;
  }

  #handle = (id: string) => this.#constants.get(id) ?? id;

  #draft(task: TaskModel, callee: string): Draft {
    const { body } = task;
    const locals = authorLocals(task, { workflow: this.#model, handle: this.#handle });
    if (body.kind === 'pack') {
      const input = authorPackInput(body, this.#model, this.#handle);
      const { description } = this.#options.packTask(body.task)?.task ?? { description: '' };
      return {
        task,
        call: call(callee, input),
        settings: authorTaskSettings(task, this.#model, description.trim()),
      };
    }
    const args = rawTaskType(body.type)?.args?.(body.settings) ?? [body.settings];
    return {
      task,
      call: call(callee, ...args.map(arg => jsonCode(arg, value => this.#special(value)))),
      settings: { ...authorTaskSettings(task, this.#model, ''), ...locals },
    };
  }

  /** What stands in settings for a handle, another workflow or a parameter. */
  #special(value: object): Code | undefined {
    const parameter = asParamRef(value);
    if (parameter) return name('params', parameter.name);
    const reference = asRef(value);
    if (reference?.kind === 'task') return name(this.#handle(reference.task));
    if (reference?.kind !== 'workflow') return undefined;
    const { project, workflow } = reference;
    const sibling = this.#options.sibling?.(project, workflow);
    if (!sibling || sibling.id === this.#model.id) {
      return object({ project: literal(project), workflow: literal(workflow) });
    }
    const known = [...this.#imports].find(
      ([, each]) => each.kind === 'workflow' && each.id === sibling.id,
    );
    const own = known?.[0] ?? identifierFor(sibling.id, this.#taken, 'Workflow');
    this.#taken.add(own);
    this.#imports.set(own, { kind: 'workflow', project: sibling.project, id: sibling.id });
    return name(own);
  }

  /** So that each stands after those whose constants it uses, and otherwise as they run. */
  #inOrder(drafts: readonly Draft[], after: ReadonlyMap<string, readonly string[]>): Draft[] {
    const constants = new Set(this.#constants.values());
    const byConstant = new Map(drafts.map(draft => [this.#handle(draft.task.id), draft]));
    const rank = new Map(runOrder(drafts.map(({ task }) => task)).map((id, at) => [id, at]));
    const needs = new Map(
      drafts.map(draft => [
        draft,
        [...codeNames(draft.call), ...codeNames(object(draft.settings))]
          .filter(each => constants.has(each))
          .concat((after.get(draft.task.id) ?? []).map(this.#handle)),
      ]),
    );
    const open = [...drafts].sort(
      (one, other) => (rank.get(one.task.id) ?? 0) - (rank.get(other.task.id) ?? 0),
    );
    const done: Draft[] = [];
    while (open.length > 0) {
      const ready = open.findIndex(draft =>
        (needs.get(draft) ?? []).every(each => {
          const before = byConstant.get(each);
          return !before || before === draft || done.includes(before);
        }),
      );
      // In a circle nothing is ready: synthesis says what is wrong with it.
      done.push(...open.splice(Math.max(ready, 0), 1));
    }
    return done;
  }

  #task({ task, call: made, settings }: Draft, after: ReadonlyMap<string, readonly string[]>) {
    const before = after.get(task.id) ?? [];
    const { name: called, description, ...others } = settings;
    const all = object({
      name: called,
      description,
      after:
        before.length > 0
          ? { kind: 'array', items: before.map(id => name(this.#handle(id))) }
          : undefined,
      ...others,
    });
    const isEmpty = all.kind === 'object' && all.entries.length === 0;
    return {
      id: task.id,
      constant: this.#handle(task.id),
      call: made,
      ...(isEmpty ? {} : { settings: all }),
    };
  }

  #synth(
    options: Code,
    drafts: readonly Draft[],
    after: ReadonlyMap<string, readonly string[]>,
  ): { model: WorkflowModel; problems: readonly Problem[] } {
    const problems = new Problems();
    const refused: Problem[] = [];
    const tasks = drafts.map(draft => this.#task(draft, after));
    const workflow = this.#workflow(options, tasks, refused);
    const model = synthWorkflow(workflow, problems, new Names(workflow.options, undefined));
    return {
      model: JSON.parse(JSON.stringify(model)) as WorkflowModel,
      problems: [...refused, ...problems.all],
    };
  }

  /** @param refused - what functions of tasks don't take is put there. */
  #workflow(
    options: Code,
    tasks: readonly Omit<AuthoredTask, 'isReferred'>[],
    refused: Problem[],
  ): Workflow {
    const scope: Record<string, unknown> = { ...functions, connection, cron, param };
    for (const [own, each] of this.#imports) {
      if (each.kind === 'pack') scope[own] = each.task.task;
      if (each.kind === 'workflow') scope[own] = { project: each.project, workflow: each.id };
    }
    return defineWorkflow(
      evaluate(options, scope) as WorkflowOptions,
      ({ params, task: define }) => {
        const own: Record<string, unknown> = { ...scope, params };
        // In a circle one is used before it is there: synthesis says so of a handle that it doesn't know.
        for (const { id, constant } of tasks) own[constant] = { id, out: outputOf(id) };
        const made = (id: string, code: Code) => {
          try {
            return evaluate(code, own) as TaskNode['call'];
          } catch (error) {
            if (!isDolphinstageError(error)) throw error;
            const { message, todo = '' } = error;
            refused.push({ code: 'INPUT', message, todo, task: id });
            return functions.shell({ script: ':' });
          }
        };
        for (const { id, constant, call: code, settings } of tasks) {
          own[constant] = (define as (...args: unknown[]) => unknown)(
            id,
            made(id, code),
            settings && evaluate(settings, own),
          );
        }
      },
    );
  }
}

/** A model as code, and what synthesis makes of that code. */
export function author(model: WorkflowModel, options: AuthorOptions): Authored {
  return new Author(model, options).write();
}

function codeNames(code: Code | undefined): string[] {
  return code ? namesIn(code) : [];
}

/** Ids as the tasks run; those that may run at the same time by their ids. */
export function runOrder(tasks: readonly Pick<TaskModel, 'id' | 'after'>[]): string[] {
  const ids = new Set(tasks.map(({ id }) => id));
  const open = [...tasks].sort((one, other) => (one.id < other.id ? -1 : 1));
  const done = new Set<string>();
  while (open.length > 0) {
    const ready = open.findIndex(({ after }) => after.every(id => done.has(id) || !ids.has(id)));
    for (const { id } of open.splice(Math.max(ready, 0), 1)) done.add(id);
  }
  return [...done];
}

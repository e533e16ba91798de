import type {
  Schedule,
  TaskDefinition,
  WorkflowDefinition,
} from '@dolphinstage/dolphinscheduler-client';
import type { PackBundle } from '@dolphinstage/task-kit';
import {
  cut,
  describeWorkflow,
  ownText,
  readMarker,
  readOwner,
  readSystem,
  readTaskId,
} from '../marker';
import type { WorkflowModel } from '../model';
import type { Overlap } from '../define/schedule';
import type { Client, PlanOptions } from '../plan/plan-types';
import { EXECUTION_TYPES, renderWorkflow } from '../plan/render';
import { LONGEST_DESCRIPTION, OWNER } from '../synth/names';
import { author, type Authored, type AuthorOptions, runOrder } from './author';
import { faultsOf } from './faults';
import { idsFor } from './ids';
import { readPackTask } from './read-pack-task';
import { readParams } from './read-params';
import { readSchedule } from './read-schedule';
import { type Level, readTask, type ReadTask, type TaskContext } from './read-task';
import type { ServerNames } from './server-names';

/** What of a target decides which names need not be said. @public */
export type ImportTarget = Pick<PlanOptions, 'target' | 'tenant' | 'environment' | 'delivery'>;

export interface ReadContext extends AuthorOptions {
  readonly client: Pick<Client, 'line' | 'capabilities'>;
  readonly names: ServerNames;
  readonly target: ImportTarget;
  readonly project: string;
  readonly id: string;
  /** Its marker is its own. */
  readonly isOurs: boolean;
  /** Of one that names none. */
  readonly owner: string;
  /** Ids of tasks by their codes, where more is known than the server says. */
  readonly taskIds?: ReadonlyMap<number, string>;
  /** What only a schedule holds on the server, for a workflow without one. */
  readonly unscheduled?: Unscheduled;
}

/** What the server keeps with a workflow's schedule. */
export type Unscheduled = Pick<
  WorkflowModel,
  'onFailure' | 'alert' | 'workerGroup' | 'priority' | 'environment'
>;

/** A live workflow as code. */
export interface ReadWorkflow {
  readonly model: WorkflowModel;
  readonly authored: Authored;
  /** What code can't say of it, and what was made up. */
  readonly notes: readonly string[];
}

const LEVELS: readonly Level[] = ['pack', 'settings', 'parameters'];

class Reader {
  readonly #definition: WorkflowDefinition;
  readonly #schedules: readonly Schedule[];
  readonly #context: ReadContext;
  readonly #ids: ReadonlyMap<number, string>;
  readonly #levels = new Map<string, Level>();

  constructor(
    definition: WorkflowDefinition,
    schedules: readonly Schedule[],
    context: ReadContext,
  ) {
    this.#definition = definition;
    this.#schedules = schedules;
    this.#context = context;
    const tasks = inOrder(definition);
    const ids = idsFor(
      tasks.map(task => ({
        name: task.name,
        known:
          context.taskIds?.get(task.code) ?? readTaskId(task.description) ?? readPackTask(task)?.id,
      })),
      'task',
    );
    this.#ids = new Map(tasks.map(({ code }, at) => [code, ids[at] ?? '']));
  }

  read(): ReadWorkflow {
    let { tasks, model, notes } = this.#draft();
    let authored = author(model, this.#context);
    // Each round has at least one task told by less than before.
    while (this.#lower(tasks, authored)) {
      ({ tasks, model, notes } = this.#draft());
      authored = author(model, this.#context);
    }
    const kept = tasks
      .filter(task => task.level === 'parameters')
      .map(
        ({ model: { name } }) =>
          `task ${name} is kept as the server has it: codes and ids among its parameters mean something else elsewhere`,
      );
    const refused = authored.problems.map(
      ({ task, message, todo }) => `${task ? `task ${task}: ` : ''}${message}. ${todo}`,
    );
    return { model: authored.model, authored, notes: [...notes, ...kept, ...refused] };
  }

  /** Tells tasks by less whose code doesn't say what the server has; false where all is well, or nothing helps. */
  #lower(tasks: readonly ReadTask[], authored: Authored): boolean {
    const faulty = faultsOf(authored, this.#definition, this.#ids, this.#context);
    const lowered = tasks.filter(
      ({ model, level }) => faulty.has(model.id) && level !== LEVELS.at(-1),
    );
    for (const { model, level } of lowered) {
      const next = LEVELS[LEVELS.indexOf(level) + 1];
      if (next) this.#levels.set(model.id, next);
    }
    return lowered.length > 0;
  }

  #draft(): { model: WorkflowModel; tasks: ReadTask[]; notes: string[] } {
    const definition = this.#definition;
    const { client, project, id, isOurs, owner: guess } = this.#context;
    const marker = readMarker(definition.description);
    const named = readOwner(definition.description);
    const notes: string[] = [];
    const owner = named !== undefined && OWNER.test(named) ? named : guess;
    if (owner !== named) notes.push(`its owner isn't known: ${owner} was put in`);
    const encoded = isOurs && marker?.verbatim !== true;
    const params = readParams(definition.globalParams, encoded);
    const hasTimeout =
      definition.timeout > 0 || definition.tasks.some(task => task.timeoutFlag === 'OPEN');
    const schedule = readSchedule(this.#schedules, this.#context.names.alertGroup, hasTimeout);
    notes.push(...params.notes, ...schedule.notes);
    const base: WorkflowModel = {
      id,
      name: definition.name,
      project,
      description: '',
      owner,
      system: this.#system(notes),
      tenant: this.#tenant(),
      aliases: [],
      adopt: !isOurs,
      protect: isOurs && marker?.protect === true,
      params: params.params,
      overlap: overlapOf(definition),
      onFailure: 'continue',
      timeoutMinutes: definition.timeout,
      workerGroup: mostCommon(definition.tasks.map(task => task.workerGroup)) ?? 'default',
      priority: 'medium',
      tasks: [],
      uses: [],
      ...(this.#schedules.length > 0 ? schedule.part : this.#context.unscheduled),
    };
    const described = { ...base, ...this.#description(base, notes) };
    const { model, tasks } = this.#withEnvironment(described, isOurs ? marker?.digest : undefined);
    for (const task of tasks) {
      notes.push(...task.notes.map(note => `task ${task.model.name}: ${note}`));
    }
    if (client.capabilities.tenantOnDefinition && definition.tenantCode === '') {
      notes.push("it has no tenant, which code can't say: the target's is put in");
    }
    return { model, tasks, notes };
  }

  #system(notes: string[]): string | undefined {
    const system = readSystem(this.#definition.description);
    if (system === undefined || OWNER.test(system)) return system;
    notes.push(`its system is no entity, and left out: ${system}`);
    return undefined;
  }

  #description(model: WorkflowModel, notes: string[]): Pick<WorkflowModel, 'description'> {
    const description = ownText(this.#definition.description);
    const digest = '0'.repeat(12);
    const over = describeWorkflow({ ...model, description }, digest).length - LONGEST_DESCRIPTION;
    if (over <= 0) return { description: description.trim() };
    notes.push(`its description is cut by ${over} characters, so that owner and marker fit`);
    return { description: cut(description.trim(), description.trim().length - over) };
  }

  #tenant(): string | undefined {
    const { client, target } = this.#context;
    const [schedule] = this.#schedules;
    const live = client.capabilities.tenantOnDefinition
      ? this.#definition.tenantCode
      : schedule?.tenantCode;
    return live === target.tenant || !live ? undefined : live;
  }

  /** The environment of a workflow without a schedule is on the server only in the digest of what was applied. */
  #withEnvironment(
    model: WorkflowModel,
    digest: string | undefined,
  ): { model: WorkflowModel; tasks: ReadTask[] } {
    const [schedule] = this.#schedules;
    const used = this.#definition.tasks.map(
      task => this.#environment(task.environmentCode) ?? null,
    );
    const { unscheduled, target } = this.#context;
    const usual = mostCommon(used) ?? null;
    let likely = [usual, target.environment, null, ...used];
    if (schedule) likely = [this.#environment(schedule.environmentCode) ?? null];
    else if (unscheduled) {
      const { environment } = unscheduled;
      likely = [environment === undefined ? target.environment : environment];
    }
    const candidates = [...new Set(likely)].map(name => this.#inEnvironment(model, name));
    const [first] = candidates;
    const applied = candidates.find(candidate => this.#digest(candidate.model) === digest);
    return applied ?? first ?? this.#inEnvironment(model, null);
  }

  #inEnvironment(model: WorkflowModel, name: string | null) {
    const { target } = this.#context;
    const environment = name === target.environment ? undefined : name;
    const workflow = { ...model, environment };
    const tasks = this.#tasks(workflow, name);
    return { model: { ...workflow, tasks: tasks.map(task => task.model) }, tasks };
  }

  #digest(model: WorkflowModel): string | undefined {
    const { client, target } = this.#context;
    const bundles = liveBundles(this.#definition);
    const missing = model.tasks.some(({ body }) => body.kind === 'pack' && !bundles.has(body.pack));
    if (missing) return undefined;
    return renderWorkflow(model, { ...target, ...client, bundles }).digest;
  }

  #tasks(workflow: WorkflowModel, workflowEnvironment: string | null): ReadTask[] {
    const { client, names, target, packTask } = this.#context;
    const types = new Map(
      workflow.params
        .filter(({ verbatim }) => verbatim === undefined)
        .map(({ name, type }) => [name, type]),
    );
    const context: TaskContext = {
      source: {
        line: client.line,
        names: {
          ...names,
          task: code => this.#ids.get(code),
          param: name => types.get(name),
        },
      },
      taskRetries: client.capabilities.taskRetries,
      workflow,
      packTask,
      taskGroup: names.taskGroup,
      environment: code => {
        const name = this.#environment(code) ?? null;
        if (name === workflowEnvironment) return workflow.environment;
        return name === target.environment ? target.environment : name;
      },
    };
    const tasks = this.#definition.tasks.map(live => {
      const id = this.#ids.get(live.code) ?? '';
      return readTask(live, id, this.#before(live.code), this.#levels.get(id) ?? 'pack', context);
    });
    const order = runOrder(tasks.map(({ model }) => model));
    return tasks.sort((one, other) => order.indexOf(one.model.id) - order.indexOf(other.model.id));
  }

  #before(code: number): string[] {
    return this.#definition.relations
      .filter(({ postTaskCode }) => postTaskCode === code)
      .map(({ preTaskCode }) => this.#ids.get(preTaskCode))
      .filter(id => id !== undefined);
  }

  #environment(code: number): string | undefined {
    return code > 0 ? this.#context.names.environment(code) : undefined;
  }
}

/**
 * A live workflow as the model that renders to it, and as the code that this model is synthesised from. What a task's
 * type can't say is kept as the server has it.
 */
export function readWorkflow(
  definition: WorkflowDefinition,
  schedules: readonly Schedule[],
  context: ReadContext,
): ReadWorkflow {
  return new Reader(definition, schedules, context).read();
}

/** As they run, so that ids that are numbers mean something; the server has them in the order of their codes. */
function inOrder({ tasks, relations }: WorkflowDefinition): TaskDefinition[] {
  const keys = new Map(tasks.map(({ name, code }) => [code, `${name}\0${code}`]));
  const order = runOrder(
    tasks.map(({ code }) => ({
      id: keys.get(code) ?? '',
      after: relations
        .filter(({ postTaskCode }) => postTaskCode === code)
        .map(({ preTaskCode }) => keys.get(preTaskCode))
        .filter(key => key !== undefined),
    })),
  );
  const place = new Map(order.map((key, at) => [key, at]));
  const placeOf = ({ code }: TaskDefinition) => place.get(keys.get(code) ?? '') ?? 0;
  return [...tasks].sort((one, other) => placeOf(one) - placeOf(other));
}

/** The packs' bundles that a live workflow's commands name, as far as a command says. */
export function liveBundles({ tasks }: Pick<WorkflowDefinition, 'tasks'>): Map<string, PackBundle> {
  const read = tasks.map(readPackTask).filter(task => task !== undefined);
  return new Map(
    read.map(({ body: { pack }, fileName }) => [
      pack,
      { name: pack, digest: '', fileName, file: '', tasks: [] },
    ]),
  );
}

function overlapOf({ executionType }: WorkflowDefinition): Overlap {
  const found = Object.entries(EXECUTION_TYPES).find(([, type]) => type === executionType);
  return (found?.[0] ?? 'parallel') as Overlap;
}

/** The first of those that come most often. */
function mostCommon<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

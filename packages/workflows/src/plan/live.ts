import type {
  AlertGroup,
  AlertPluginInstance,
  Project,
  Schedule,
  WorkflowDefinition,
  WorkflowDefinitionSummary,
} from '@dolphinstage/dolphinscheduler-client';
import type { JournalEntry } from '../apply/journal';
import { areDead, readLocks } from '../apply/lock';
import { readMarker } from '../marker';
import type { Model, WorkflowModel } from '../model';
import { mintCode } from './digest';
import type { Client, PlanOptions, Recovery } from './plan-types';
import type { RenderedWorkflow } from './render';
import { isTooMuch } from './dependants';
import { Directory, readDirectory, wantedOf } from './directory';

/** What is on the server, as far as a model is concerned. Reading it writes nothing. */
export interface LiveState {
  readonly projects: ReadonlyMap<string, Project>;
  readonly directory: Directory;
  readonly workerGroups: ReadonlySet<string>;
  readonly alertGroups: ReadonlyMap<string, AlertGroup>;
  readonly webhooks: ReadonlyMap<string, AlertPluginInstance>;
  readonly workflows: ReadonlyMap<WorkflowModel, LiveWorkflow>;
  readonly recoveries: readonly Recovery[];
}

/** A workflow's counterpart on the server. */
export interface LiveWorkflow {
  readonly definition: WorkflowDefinition;
  readonly schedules: readonly Schedule[];
  /** False: somebody else's of this name. */
  readonly ours: boolean;
}

const unique = <T>(values: readonly (T | undefined)[]) =>
  [...new Set(values)].filter(value => value !== undefined);

async function mapOf<T>(
  names: readonly string[],
  find: (name: string) => Promise<T | undefined>,
): Promise<Map<string, T>> {
  const found = await Promise.all(names.map(async name => [name, await find(name)] as const));
  return new Map(
    found.filter((entry): entry is [string, Awaited<T> & T] => entry[1] !== undefined),
  );
}

/** Reads all that the plan compares with. */
export async function readLive(
  client: Client,
  model: Model,
  rendered: readonly RenderedWorkflow[],
  options: PlanOptions,
): Promise<LiveState> {
  const { workflows } = model;
  const alerts = workflows.map(({ alert }) => alert);
  const [projects, directory, groups, alertGroups, webhooks] = await Promise.all([
    mapOf(unique(workflows.map(({ project }) => project)), name => client.projects.find(name)),
    readDirectory(client, wantedOf(rendered)),
    client.workerGroups.list(),
    mapOf(unique(alerts.map(alert => alert?.group)), name => client.alerts.findGroup(name)),
    mapOf(unique(alerts.map(alert => alert?.webhook)), name => client.alerts.findInstance(name)),
  ]);
  const found = await readWorkflows(client, workflows, projects, options.target);
  return {
    projects,
    directory: directory.with(directoryOf(found.workflows)),
    workerGroups: new Set(groups.map(({ name }) => name)),
    alertGroups,
    webhooks,
    ...found,
  };
}

/** A model's id leads to its counterpart, also where that is somebody else's yet, or has another name. */
function directoryOf(workflows: LiveState['workflows']): Directory {
  return Directory.of(
    [...workflows].flatMap(([{ project, id }, { definition }]) => {
      const of = { project, workflow: id } as const;
      return [
        [{ kind: 'workflow', ...of }, definition.code] as const,
        ...definition.tasks.map(
          ({ name, code }) => [{ kind: 'workflow-task', ...of, task: name }, code] as const,
        ),
      ];
    }),
  );
}

/** A project's workflows and schedules by the workflows' codes. */
export interface WholeProject {
  readonly definitions: ReadonlyMap<number, WorkflowDefinition>;
  readonly schedules: ReadonlyMap<number, Schedule[]>;
}

/** From so many of a project's workflows on it is read as a whole, unless it has many times as many. */
const WHOLE = { from: 10, upTo: 2_000, times: 5 } as const;

/** Undefined where its workflows are better read one by one. */
export async function readWhole(
  client: Client,
  projectCode: number,
  wanted: number,
  there: number,
): Promise<WholeProject | undefined> {
  if (wanted < WHOLE.from || there > WHOLE.upTo || there > wanted * WHOLE.times) return undefined;
  const found = await Promise.all([
    client.workflows.getAll(projectCode),
    client.schedules.listOfProject(projectCode),
  ]).catch((error: unknown) => {
    if (isTooMuch(error)) return undefined;
    throw error;
  });
  if (!found) return undefined;
  const [definitions, schedules] = found;
  return {
    definitions: new Map(definitions.map(definition => [definition.code, definition])),
    schedules: Map.groupBy(
      // As a single workflow's are listed.
      [...schedules].sort((one, other) => other.id - one.id),
      ({ workflowDefinitionCode }) => workflowDefinitionCode,
    ),
  };
}

/** The live counterparts of models, and what applies that were cut off have left. */
export async function readWorkflows(
  client: Client,
  models: readonly WorkflowModel[],
  projects: ReadonlyMap<string, Project>,
  target: string,
): Promise<Pick<LiveState, 'workflows' | 'recoveries'>> {
  const read = new Map(
    await Promise.all(
      [...projects.values()].map(async ({ name, code }) => {
        const rows = await client.workflows.list(code);
        const wanted = models.filter(model => model.project === name).length;
        const [locks, whole] = await Promise.all([
          readLocks(client, code, rows),
          readWhole(client, code, wanted, rows.length),
        ]);
        const begun = areDead(locks)
          ? locks.flatMap(({ journal }) => journal?.entries ?? []).filter(entry => entry.begun)
          : [];
        return [name, { rows, begun, whole, cutOff: areDead(locks) }] as const;
      }),
    ),
  );
  const found = await Promise.all(
    models.map(async model => {
      const project = projects.get(model.project);
      const { rows = [], begun = [], whole } = read.get(model.project) ?? {};
      const row = project && findRow(rows, model);
      if (!project || !row) return undefined;
      const [definition, schedules] = whole
        ? [whole.definitions.get(row.code), whole.schedules.get(row.code) ?? []]
        : await Promise.all([
            client.workflows.get(project.code, row.code),
            client.schedules.list(project.code, row.code),
          ]);
      if (!definition) return undefined;
      const live = { definition, schedules, ours: isOurs(definition, model, target) };
      return [model, asPutBack(live, begun)] as const;
    }),
  );
  return {
    workflows: new Map(found.filter(entry => entry !== undefined)),
    recoveries: [...read]
      .filter(([, { cutOff }]) => cutOff)
      .map(([project, { begun }]) => ({ project, workflows: begun.map(({ id }) => id).sort() })),
  };
}

/** What was begun by an apply that was cut off is planned as it will be once that is put back. */
function asPutBack(live: LiveWorkflow, begun: readonly JournalEntry[]): LiveWorkflow {
  const { definition, schedules } = live;
  const entry = begun.find(({ id, code }) =>
    code === 0
      ? live.ours && readMarker(definition.description)?.id === id
      : code === definition.code,
  );
  if (entry?.releaseState !== 'ONLINE') return live;
  const [first, ...others] = schedules;
  return {
    ...live,
    definition: { ...definition, releaseState: 'ONLINE' },
    schedules:
      first && entry.schedule === 'ONLINE'
        ? [{ ...first, releaseState: 'ONLINE' }, ...others]
        : schedules,
  };
}

/**
 * By name first: a copy made in DolphinScheduler carries the original's marker. Then by marker, for one that was
 * renamed in the code (aliases) or there.
 */
function findRow(
  rows: readonly WorkflowDefinitionSummary[],
  { id, name: own, aliases }: WorkflowModel,
): WorkflowDefinitionSummary | undefined {
  const byName = rows.find(({ name }) => name === own);
  if (byName) return byName;
  for (const known of [id, ...aliases]) {
    const marked = rows.filter(({ description }) => readMarker(description)?.id === known);
    const named = marked.find(({ name }) => name === known);
    if (named ?? marked.length === 1) return named ?? marked[0];
  }
  return undefined;
}

/** By its marker, or, where somebody has deleted that, by a task's code, which nobody else makes. */
function isOurs(
  { description, tasks }: WorkflowDefinition,
  model: WorkflowModel,
  target: string,
): boolean {
  const marker = readMarker(description);
  if (marker) return marker.id === model.id || model.aliases.includes(marker.id);
  const minted = new Set(
    model.tasks.map(({ id }) => mintCode(target, model.project, model.id, id)),
  );
  return tasks.some(({ code }) => minted.has(code));
}

import type {
  Project,
  WorkflowDefinition,
  WorkflowDefinitionSummary,
} from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { isReserved } from '../apply/reserved';
import { readMarker } from '../marker';
import type { Client } from '../plan/plan-types';
import type { Names, Reference } from '../task-types/refs';

const AT_ONCE = 8;
/** Ids of the server are small numbers; its codes are not. */
const LOWEST_CODE = 1e9;

/** Names of a server that don't belong to one workflow. */
export type ServerLookup = Omit<Names, 'task' | 'param'>;

/**
 * The workflow that each marker of a project belongs to: a copy that was made in DolphinScheduler carries the
 * original's.
 */
export function markedIds(rows: readonly WorkflowDefinitionSummary[]): Map<number, string> {
  const byId = new Map<string, WorkflowDefinitionSummary[]>();
  for (const row of rows) {
    const id = readMarker(row.description)?.id;
    if (id !== undefined) byId.set(id, [...(byId.get(id) ?? []), row]);
  }
  return new Map(
    [...byId].flatMap(([id, all]) => {
      const oldest = [...all].sort((one, other) => one.code - other.code)[0];
      const owner = all.find(({ name }) => name === id) ?? oldest;
      return owner ? [[owner.code, id] as const] : [];
    }),
  );
}

/** Codes and ids of a server as names, and back. */
export class ServerNames implements ServerLookup {
  readonly #names = new Map<string, string>();
  readonly #workflows = new Map<number, { project: string; workflow: string }>();
  readonly #codes = new Map<string, number>();
  readonly #known = new Set<number>();
  /** Codes and names of tasks, by the code of their workflow. */
  readonly #tasks = new Map<number, readonly (readonly [number, string])[]>();

  /**
   * Reads all that tasks of these definitions refer to, as far as it is there and may be seen.
   *
   * @throws ClientError
   */
  static async read(
    client: Client,
    project: Project,
    rows: readonly WorkflowDefinitionSummary[],
    definitions: readonly WorkflowDefinition[],
  ): Promise<ServerNames> {
    const names = new ServerNames();
    const params = definitions.flatMap(({ tasks }) => tasks.map(task => task.taskParams));
    const own = new Set(definitions.flatMap(({ tasks }) => tasks.map(({ code }) => code)));
    const codes = new Set(numbersIn(params).filter(code => code >= LOWEST_CODE && !own.has(code)));
    const [environments, projects] = await Promise.all([
      client.environments.list(),
      client.projects.list(),
    ]);
    for (const { name, code } of environments) names.#set('environment', code, name);
    for await (const { groupName, id } of client.alerts.listAllGroups())
      names.#add({ kind: 'alert-group', name: groupName }, id);
    for (const each of projects) names.#add({ kind: 'project', project: each.name }, each.code);
    names.#addWorkflows(project.name, rows);
    await names.#readElsewhere(client, project, projects, codes);
    for await (const { id, name } of client.datasources.listAll()) {
      names.#add({ kind: 'datasource', name }, id);
    }
    for await (const { id, name } of client.taskGroups.listAll(project.code)) {
      names.#set('task-group', id, name);
    }
    await names.#readResources(client, resourceIds(params));
    return names;
  }

  /** Makes a workflow known by an id that the server doesn't hold yet. */
  addId(project: string, id: string, code: number): void {
    this.#codes.set(keyOf({ kind: 'workflow', project, workflow: id }), code);
    for (const [task, name] of this.#tasks.get(code) ?? []) {
      this.#codes.set(keyOf({ kind: 'workflow-task', project, workflow: id, task: name }), task);
    }
  }

  environment = (code: number) => this.#names.get(`environment\0${code}`);
  taskGroup = (id: number) => this.#names.get(`task-group\0${id}`);
  project = (code: number) => this.#names.get(`project\0${code}`);
  workflow = (code: number) => this.#workflows.get(code);
  workflowTask = (workflow: number, task: number) =>
    this.#names.get(`workflow-task\0${workflow}\0${task}`);
  datasource = (id: number) => this.#names.get(`datasource\0${id}`);
  alertGroup = (id: number) => this.#names.get(`alert-group\0${id}`);
  resource = ({ id, resourceName }: { readonly id?: number; readonly resourceName?: string }) =>
    resourceName ?? this.#names.get(`resource\0${id}`);

  /** The code or id that a reference stands for; those of tasks of the same workflow aren't known here. */
  code(reference: Reference): number | undefined {
    return this.#codes.get(keyOf(reference));
  }

  #set(kind: string, code: number | string, name: string): void {
    this.#names.set(`${kind}\0${code}`, name);
  }

  #add(reference: Reference, code: number): void {
    const values = Object.values(reference);
    this.#known.add(code);
    this.#set(reference.kind, code, String(values.at(-1)));
    this.#codes.set(keyOf(reference), code);
  }

  #addWorkflows(project: string, rows: readonly WorkflowDefinitionSummary[]): void {
    const ids = markedIds(rows);
    for (const { code, name } of rows.filter(row => !isReserved(row.name))) {
      const id = ids.get(code);
      this.#known.add(code);
      for (const workflow of [name, id]) {
        if (workflow === undefined) continue;
        this.#codes.set(keyOf({ kind: 'workflow', project, workflow }), code);
      }
      this.#workflows.set(code, { project, workflow: id ?? name });
    }
  }

  /** Workflows of other projects, first of those that are named beside them, and tasks of any. */
  async #readElsewhere(
    client: Client,
    own: Project,
    projects: readonly Project[],
    codes: ReadonlySet<number>,
  ): Promise<void> {
    const limit = pLimit(AT_ONCE);
    const others = projects.filter(({ code }) => code !== own.code);
    const named = others.filter(({ code }) => codes.has(code));
    const list = async ({ name, code }: Project) =>
      this.#addWorkflows(name, await client.workflows.list(code));
    await Promise.all(named.map(project => limit(list, project)));
    const used = [...codes].filter(code => this.#workflows.has(code));
    await Promise.all(used.map(code => limit(() => this.#readTasks(client, projects, code))));
    if ([...codes].every(code => this.#known.has(code))) return;
    const rest = others.filter(project => !named.includes(project));
    await Promise.all(rest.map(project => limit(list, project)));
  }

  async #readTasks(client: Client, projects: readonly Project[], code: number): Promise<void> {
    const found = this.#workflows.get(code);
    const project = projects.find(({ name }) => name === found?.project);
    const definition = found && project && (await client.workflows.get(project.code, code));
    const tasks = definition?.tasks ?? [];
    this.#tasks.set(
      code,
      tasks.map(task => [task.code, task.name]),
    );
    for (const task of tasks) {
      this.#known.add(task.code);
      this.#set(`workflow-task\0${code}`, task.code, task.name);
      const reference = { kind: 'workflow-task', ...found, task: task.name } as Reference;
      this.#codes.set(keyOf(reference), task.code);
    }
  }

  async #readResources(client: Client, ids: readonly number[]): Promise<void> {
    if (client.capabilities.resourcesByName) return;
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      ids.map(id =>
        limit(async () => {
          const found = await client.resources.findById(id);
          if (found) this.#add({ kind: 'resource', path: found.fullName }, id);
        }),
      ),
    );
  }
}

function keyOf(reference: Reference): string {
  return Object.values(reference).join('\0');
}

/** Every number in a value, also those that the server keeps as text. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'string') return /^\d{10,16}$/.test(value) ? [Number(value)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Ids of what stands like a file of the resource centre: `{ id: 7 }`. */
function resourceIds(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id } = value as { id?: unknown };
  const own = typeof id === 'number' && id > 0 && id < LOWEST_CODE ? [id] : [];
  return [...new Set([...own, ...Object.values(value).flatMap(resourceIds)])];
}

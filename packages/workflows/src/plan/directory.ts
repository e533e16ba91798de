import pLimit from 'p-limit';
import { readMarker } from '../marker';
import { findRefs, type Reference } from '../task-types/refs';
import type { Client } from './plan-types';
import type { RenderedWorkflow } from './render';

const AT_ONCE = 8;

/** What of a server's codes and ids a plan needs, by name. */
export interface Wanted {
  readonly alertGroups: readonly string[];
  /** Full names in the resource centre. */
  readonly resources: readonly string[];
  readonly taskGroups: readonly { readonly project: string; readonly name: string }[];
  readonly references: readonly Reference[];
}

/** Names to codes and ids of a server; undefined for what isn't there. */
export class Directory {
  readonly #codes: Map<string, number>;
  #environments?: ReadonlyMap<string, number>;

  constructor(codes: ReadonlyMap<string, number>) {
    this.#codes = new Map(codes);
  }

  /** Of what was looked up otherwise. */
  static of(entries: readonly (readonly [Reference, number])[]): Directory {
    return new Directory(new Map(entries.map(([reference, code]) => [keyOf(reference), code])));
  }

  environment(name: string): number | undefined {
    return this.#codes.get(`environment\0${name}`);
  }

  /** Name to code. Asked for each workflow of a plan, among the codes of all of them: found once. */
  environments(): ReadonlyMap<string, number> {
    this.#environments ??= this.#findEnvironments();
    return this.#environments;
  }

  alertGroup(name: string): number | undefined {
    return this.#codes.get(keyOf({ kind: 'alert-group', name }));
  }

  resource(path: string): number | undefined {
    return this.#codes.get(keyOf({ kind: 'resource', path }));
  }

  taskGroup(project: string, name: string): number | undefined {
    return this.#codes.get(`task-group\0${project}\0${name}`);
  }

  reference(reference: Reference): number | undefined {
    return this.#codes.get(keyOf(reference));
  }

  /** This one with others' entries added. */
  with(other: Directory): Directory {
    return new Directory(new Map([...this.#codes, ...other.#codes]));
  }

  #findEnvironments(): ReadonlyMap<string, number> {
    const prefix = 'environment\0';
    const own = [...this.#codes].filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, code]) => [key.slice(prefix.length), code]));
  }
}

function keyOf(reference: Reference): string {
  return Object.values(reference).join('\0');
}

/** What rendered workflows name of a server. */
export function wantedOf(rendered: readonly RenderedWorkflow[]): Wanted {
  const tasks = rendered.flatMap(workflow =>
    workflow.tasks.map(task => ({ project: workflow.model.project, task })),
  );
  return {
    alertGroups: rendered.flatMap(({ model }) => model.alert?.group ?? []),
    resources: tasks.flatMap(({ task }) => task.body.resources),
    taskGroups: tasks.flatMap(({ project, task }) =>
      task.taskGroup ? { project, name: task.taskGroup.name } : [],
    ),
    references: tasks.flatMap(({ task }) => findRefs(task.body.params)),
  };
}

/** Looks single names up, projects and lists once. */
class Reader {
  readonly #client: Client;
  readonly #projects = new Map<string, Promise<number | undefined>>();
  readonly #workflows = new Map<string, ReturnType<Client['workflows']['list']>>();

  constructor(client: Client) {
    this.#client = client;
  }

  alertGroup = async (name: string) => (await this.#client.alerts.findGroup(name))?.id;

  resource = async (path: string) => (await this.#client.resources.find(path))?.id;

  async taskGroup(project: string, name: string): Promise<number | undefined> {
    const code = await this.project(project);
    return code === undefined ? undefined : (await this.#client.taskGroups.find(code, name))?.id;
  }

  project(name: string): Promise<number | undefined> {
    const found =
      this.#projects.get(name) ?? this.#client.projects.find(name).then(project => project?.code);
    this.#projects.set(name, found);
    return found;
  }

  async reference(reference: Exclude<Reference, { kind: 'task' }>): Promise<number | undefined> {
    switch (reference.kind) {
      case 'project':
        return this.project(reference.project);
      case 'workflow':
        return (await this.#workflow(reference.project, reference.workflow))?.code;
      case 'workflow-task': {
        const row = await this.#workflow(reference.project, reference.workflow);
        const project = await this.project(reference.project);
        const live = row && project && (await this.#client.workflows.get(project, row.code));
        return live ? live.tasks.find(({ name }) => name === reference.task)?.code : undefined;
      }
      case 'datasource':
        return (await this.#client.datasources.find(reference.name))?.id;
      case 'resource':
        return this.resource(reference.path);
      case 'alert-group':
        return this.alertGroup(reference.name);
      default:
        return reference satisfies never;
    }
  }

  /** By the id in its marker, or else by its name. */
  async #workflow(projectName: string, workflow: string) {
    const project = await this.project(projectName);
    if (project === undefined) return undefined;
    const rows = this.#workflows.get(projectName) ?? this.#client.workflows.list(project);
    this.#workflows.set(projectName, rows);
    const all = await rows;
    return (
      all.find(({ description }) => readMarker(description)?.id === workflow) ??
      all.find(({ name }) => name === workflow)
    );
  }
}

/** Looks names up on a server. */
export async function readDirectory(client: Client, wanted: Wanted): Promise<Directory> {
  const codes = new Map<string, number>();
  const limit = pLimit(AT_ONCE);
  const environments = await client.environments.list();
  for (const { name, code } of environments) codes.set(`environment\0${name}`, code);
  const look = new Map<string, () => Promise<number | undefined>>();
  const add = (key: string, find: () => Promise<number | undefined>) => look.set(key, find);
  const reader = new Reader(client);
  for (const name of wanted.alertGroups) {
    add(keyOf({ kind: 'alert-group', name }), () => reader.alertGroup(name));
  }
  for (const path of wanted.resources) {
    add(keyOf({ kind: 'resource', path }), () => reader.resource(path));
  }
  for (const { project, name } of wanted.taskGroups) {
    add(`task-group\0${project}\0${name}`, () => reader.taskGroup(project, name));
  }
  for (const reference of wanted.references) {
    if (reference.kind !== 'task') add(keyOf(reference), () => reader.reference(reference));
  }
  await Promise.all(
    [...look].map(([key, find]) =>
      limit(async () => {
        const found = await find();
        if (found !== undefined) codes.set(key, found);
      }),
    ),
  );
  return new Directory(codes);
}

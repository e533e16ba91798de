import type { DeferredSource } from '@dolphinstage/task-kit';
import type { Workflow } from '../define/define-workflow';
import type { OutputType, TaskHandle, TaskNode } from '../define/task';
import { isRawTask } from '../task-types/raw-task';
import type { ParamModel, WorkflowName } from '../model';
import { known } from './input';
import type { Reporter } from './problems';
import type { Names } from './targets';

type ParamSource = Extract<DeferredSource, { kind: 'param' }>;
type OutputSource = Extract<DeferredSource, { kind: 'output' }>;

/** What tasks of a workflow refer to: edges against the order of definition, and other workflows. */
export class WorkflowScope {
  readonly params: ReadonlyMap<string, ParamModel>;
  readonly nodes: ReadonlyMap<string, TaskNode>;
  readonly names: Names;
  /** By task: what leads to it beside its own upstream. */
  readonly entries = new Map<string, Set<string>>();
  readonly #uses = new Map<string, WorkflowName>();

  constructor(
    params: ReadonlyMap<string, ParamModel>,
    nodes: ReadonlyMap<string, TaskNode>,
    names: Names,
  ) {
    this.params = params;
    this.nodes = nodes;
    this.names = names;
  }

  use(name: WorkflowName): void {
    this.#uses.set(`${name.project}\0${name.workflow}`, name);
  }

  /** Sorted. */
  get uses(): WorkflowName[] {
    return [...this.#uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
  }
}

/** What a task of a workflow may refer to; what it does refer to is noted as its upstream. */
export class TaskScope {
  readonly report: Reporter;
  readonly upstream = new Set<string>();
  readonly #task: string;
  readonly #workflow: WorkflowScope;

  constructor(report: Reporter, task: string, workflow: WorkflowScope) {
    this.report = report;
    this.#task = task;
    this.#workflow = workflow;
  }

  /** Whether the parameter is this workflow's, and encoded. */
  param(source: ParamSource): boolean {
    const found = this.anyParam(source);
    this.report.check(
      !found?.verbatim,
      'PARAM',
      `${source.name} is verbatim: its text isn't encoded, so it can't be taken as data`,
      'Use it as ${name} in a raw task, or declare it with its type, for example param.string.',
    );
    return found !== undefined && !found.verbatim;
  }

  /** This workflow's parameter. */
  anyParam(source: ParamSource): ParamModel | undefined {
    const found = this.#workflow.params.get(source.name);
    const good = found?.type === source.type;
    this.report.check(
      good,
      'PARAM',
      `${source.name} is not a parameter of this workflow`,
      'Use the params that the body of this workflow is given.',
    );
    return good ? found : undefined;
  }

  /** Whether `${name}` in the task's settings stands for a text of the workflow's, which is encoded there. */
  isEncoded(name: string): boolean {
    const param = this.#workflow.params.get(name);
    const inputs = this.#workflow.nodes.get(this.#task)?.settings.inputs ?? {};
    return param?.type === 'string' && param.verbatim === undefined && !Object.hasOwn(inputs, name);
  }

  /** Whether the output is that of a pack's task of this workflow; makes the edge. */
  output(source: OutputSource): boolean {
    const node = this.#workflow.nodes.get(source.task);
    if (node && !isRawTask(node.call)) {
      this.upstream.add(source.task);
      return true;
    }
    this.report.add(
      'EDGE',
      node
        ? `task ${source.task} is a raw task and hands on no output${source.path.map(part => ` ${part}`).join('')}`
        : `task ${source.task}, whose output is used, is not in this workflow`,
      node ? 'Use `after` for an edge without data.' : 'Use outputs of tasks of the same workflow.',
    );
    return false;
  }

  /** The name and type of a raw task's output; makes the edge. Undefined for outputs of packs' tasks. */
  rawOutput(
    source: OutputSource,
  ): { readonly name: string; readonly type: OutputType } | undefined {
    const node = this.#workflow.nodes.get(source.task);
    const [name = '', ...deeper] = source.path;
    const type = node && isRawTask(node.call) ? node.settings.outputs?.[name] : undefined;
    if (type === undefined || deeper.length > 0) return undefined;
    this.upstream.add(source.task);
    return { name, type };
  }

  /** Adds the edges that the author has asked for. */
  after(nodes: TaskNode['settings']['after'] = []): void {
    for (const handle of nodes) this.comesAfter(handle);
  }

  /** Makes the edge from a task to this one; its id. */
  comesAfter(handle: TaskHandle): string {
    if (this.#knows(handle, 'which it comes after')) this.upstream.add(handle.id);
    return handle.id;
  }

  /** Makes the edge from this task to another; its id. */
  leadsTo(handle: TaskHandle): string {
    if (this.#knows(handle, 'which it leads to')) {
      const { entries } = this.#workflow;
      entries.set(handle.id, (entries.get(handle.id) ?? new Set()).add(this.#task));
    }
    return handle.id;
  }

  /** Notes that another workflow must be there; its name on the target. */
  use(workflow: Workflow | WorkflowName): WorkflowName {
    const name = this.#workflow.names.workflow(workflow);
    this.#workflow.use(name);
    return name;
  }

  /** What a connection is called on the target. */
  connection(name: string): string {
    return this.#workflow.names.of('connection', name);
  }

  /** What a datasource is called on the target. */
  datasource(name: string): string {
    return this.#workflow.names.of('datasource', name);
  }

  /** What a worker group is called on the target. */
  workerGroup(name: string): string {
    return this.#workflow.names.of('workerGroup', name);
  }

  /** A value that must be plain JSON, without anything that only a run knows. */
  plain(value: unknown, what: string): unknown {
    return known(value, [what], this, undefined);
  }

  #knows(handle: TaskHandle, what: string): boolean {
    const found = this.#workflow.nodes.get(handle?.id)?.handle === handle;
    this.report.check(
      found,
      'EDGE',
      `task ${handle?.id}, ${what}, is not in this workflow`,
      'Use handles that `task(…)` of the same workflow has given.',
    );
    return found;
  }
}

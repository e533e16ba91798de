import type { DeferredSource } from '@dolphinstage/task-kit';
import type { TaskNode } from '../define/task';
import { isRawTask } from '../task-types/raw-task';
import type { ParamModel } from '../model';
import type { Reporter } from './problems';

type ParamSource = Extract<DeferredSource, { kind: 'param' }>;
type OutputSource = Extract<DeferredSource, { kind: 'output' }>;

/** What a task of a workflow may refer to; what it does refer to is noted as its upstream. */
export class TaskScope {
  readonly report: Reporter;
  readonly upstream = new Set<string>();
  readonly #params: ReadonlyMap<string, ParamModel>;
  readonly #nodes: ReadonlyMap<string, TaskNode>;

  constructor(
    report: Reporter,
    params: ReadonlyMap<string, ParamModel>,
    nodes: ReadonlyMap<string, TaskNode>,
  ) {
    this.report = report;
    this.#params = params;
    this.#nodes = nodes;
  }

  /** Whether the parameter is this workflow's. */
  param(source: ParamSource): boolean {
    const good = this.#params.get(source.name)?.type === source.type;
    this.report.check(
      good,
      'PARAM',
      `${source.name} is not a parameter of this workflow`,
      'Use the params that the body of this workflow is given.',
    );
    return good;
  }

  /** Whether the output is that of a task of this workflow that has one; makes the edge. */
  output(source: OutputSource): boolean {
    const node = this.#nodes.get(source.task);
    if (node && !isRawTask(node.call)) {
      this.upstream.add(source.task);
      return true;
    }
    this.report.add(
      'EDGE',
      node
        ? `task ${source.task} is a raw task and hands on no output`
        : `task ${source.task}, whose output is used, is not in this workflow`,
      node ? 'Use `after` for an edge without data.' : 'Use outputs of tasks of the same workflow.',
    );
    return false;
  }

  /** Adds the edges that the author has asked for. */
  after(nodes: TaskNode['settings']['after'] = []): void {
    for (const handle of nodes) {
      const known = this.#nodes.get(handle.id)?.handle === handle;
      this.report.check(
        known,
        'EDGE',
        `task ${handle.id}, which it comes after, is not in this workflow`,
        'Use handles that `task(…)` of the same workflow has given.',
      );
      if (known) this.upstream.add(handle.id);
    }
  }
}

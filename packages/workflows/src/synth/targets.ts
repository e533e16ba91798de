import { isWorkflow, type Workflow, type WorkflowOptions } from '../define/define-workflow';
import type { ParamSpecs } from '../define/params';
import type { Renames, TargetOverrides } from '../define/targets';
import type { WorkflowName } from '../model';
import type { Problems } from './problems';

/** Whether a target has a workflow; without a target, all are meant. */
export function isOn({ only }: WorkflowOptions, target: string | undefined): boolean {
  return target === undefined || only === undefined || only.includes(target);
}

function overridesOf(
  { targets = {} }: WorkflowOptions,
  target: string | undefined,
): TargetOverrides {
  return target !== undefined && Object.hasOwn(targets, target) ? (targets[target] ?? {}) : {};
}

/** `undefined` says nothing. */
function said<T extends object>(overrides: T): T {
  return Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined),
  ) as T;
}

/** A workflow's options as they count for a target: what is over is put in, the other targets are forgotten. */
export function optionsFor(options: WorkflowOptions, target: string | undefined): WorkflowOptions {
  const { schedule, alert, params, connections, datasources, workerGroups, ...plain } = overridesOf(
    options,
    target,
  );
  const resolved: WorkflowOptions = { ...options, ...said(plain), targets: undefined };
  if (params) resolved.params = { ...options.params, ...(said(params) as ParamSpecs) };
  if (alert !== undefined) resolved.alert = alert ?? undefined;
  if (schedule !== undefined) {
    resolved.schedule = schedule ?? undefined;
    // It holds for runs by hand as well, so it stays where the schedule goes.
    resolved.overlap = schedule?.overlap ?? options.overlap ?? options.schedule?.overlap;
  }
  return resolved;
}

/** The workflow as it counts for a target. */
export function workflowFor(workflow: Workflow, target: string | undefined): Workflow {
  return { ...workflow, options: optionsFor(workflow.options, target) };
}

type Renamed = 'connection' | 'datasource' | 'workerGroup';

/** What things are called on a target. */
export class Names {
  readonly #target: string | undefined;
  readonly #renames: Readonly<Record<Renamed, Renames>>;

  /** @param options - of the workflow that refers to them, as its author wrote them. */
  constructor(options: WorkflowOptions, target: string | undefined) {
    const { connections = {}, datasources = {}, workerGroups = {} } = overridesOf(options, target);
    this.#target = target;
    this.#renames = { connection: connections, datasource: datasources, workerGroup: workerGroups };
  }

  /** The name itself where nothing is said of it. */
  of(kind: Renamed, name: string): string {
    const renames = this.#renames[kind];
    return Object.hasOwn(renames, name) ? (renames[name] ?? name) : name;
  }

  /** A workflow that is defined in code is where the target has it. */
  workflow(workflow: Workflow | WorkflowName): WorkflowName {
    if (!isWorkflow(workflow)) return { project: workflow.project, workflow: workflow.workflow };
    const { project, id } = optionsFor(workflow.options, this.#target);
    return { project, workflow: id };
  }
}

/** Reports overrides of parameters that there are not, or of another type. Of every target: a mistake is seen at once. */
export function checkOverrides({ options, at }: Workflow, problems: Problems): void {
  const report = problems.of(options.id, at);
  for (const [target, { params = {} }] of Object.entries(options.targets ?? {})) {
    for (const [name, spec] of Object.entries(params)) {
      const base = options.params?.[name];
      report.check(
        base !== undefined,
        'PARAM',
        `target ${target}: ${name} is not a parameter of this workflow`,
        'Declare it among params, or take it out.',
      );
      report.check(
        !base || !spec || (base.type === spec.type && base.verbatim === spec.verbatim),
        'PARAM',
        `target ${target}: parameter ${name} has type ${base?.type}, not ${spec?.type}`,
        'A target changes the default only: give one of the same type.',
      );
    }
  }
}

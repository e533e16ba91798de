import type { Problem } from '../errors';
import { problemsError } from '../errors';
import type { Change } from '../plan/change';
import type { Dependency, Plan, Recovery, WorkflowAction, WorkflowPlan } from '../plan/plan-types';

/** One sign an action. */
export const SIGNS: Readonly<Record<WorkflowAction, string>> = {
  create: '+',
  update: '~',
  schedule: '~',
  adopt: '=',
  drifted: '~',
  unchanged: ' ',
  conflict: '!',
};

const SAID: Readonly<Partial<Record<WorkflowAction, string>>> = {
  conflict: 'conflict: there is one of this name that Dolphinstage did not make',
  adopt: 'adopt: Dolphinstage did not make it and takes it over',
  drifted: 'drifted: edited on the server since it was applied; apply puts it back',
};

/** Longer values are cut: a plan is read, not parsed. */
const LONGEST_VALUE = 120;

/** How many changes of one workflow are shown. */
const MOST_CHANGES = 12;

/** @public */
export interface PlanTextOptions {
  /** Every change whole, and what stays as it is, too. Default false. */
  readonly verbose?: boolean;
}

/** A plan for people. @public */
export function planText(plan: Plan, { verbose = false }: PlanTextOptions = {}): string {
  const blocks = [
    ...plan.recoveries.map(recoveryText),
    ...plan.dependencies.map(dependency => `+ ${dependencyText(dependency)}`),
    ...plan.workflows
      .filter(({ action }) => verbose || action !== 'unchanged')
      .map(workflow => workflowText(workflow, verbose)),
    ...(plan.problems.length > 0 ? [problemsText(plan.problems)] : []),
    `Plan: ${planSummary(plan)}`,
  ];
  return blocks.join('\n');
}

export function recoveryText({ project, workflows }: Recovery): string {
  const what = workflows.length > 0 ? workflows.join(', ') : 'nothing but its lock';
  return `~ ${project}: an apply was cut off here; put back first: ${what}`;
}

export function dependencyText(dependency: Dependency): string {
  switch (dependency.kind) {
    case 'project':
      return `project ${dependency.name}: create`;
    case 'bundle':
      return `bundle ${dependency.bundle.fileName}: deliver`;
    case 'alert-group':
      return `alert group ${dependency.group}: send to webhook ${dependency.webhook}`;
    default:
      return dependency satisfies never;
  }
}

function workflowText(workflow: WorkflowPlan, verbose: boolean): string {
  const { action, project, id, changes, downtime, dependants, notes } = workflow;
  const said = SAID[action] ?? action;
  const shown = verbose ? changes : changes.slice(0, MOST_CHANGES);
  const left = changes.length - shown.length;
  return [
    `${SIGNS[action]} ${project}/${id}: ${said}`,
    ...shown.map(change => `    ${changeText(change, { verbose })}`),
    ...(left > 0 ? [`    … and ${left} more: --verbose shows all`] : []),
    ...(downtime ? [`    downtime: ${downtime}`] : []),
    ...(dependants.length > 0 ? [`    used by: ${dependants.join(', ')}`] : []),
    ...notes.map(note => `    note: ${note}`),
  ].join('\n');
}

const ORIGINS = {
  server: 'edited on the server',
  both: 'edited on the server, and changed in the code',
} as const;

/** `task load, input.table: "x" → "y"`. @public */
export function changeText(
  { what, before, after, origin }: Change,
  { verbose = false }: PlanTextOptions = {},
): string {
  const shown = verbose ? oneLine : cut;
  const who = origin ? ` (${ORIGINS[origin]})` : '';
  if (before === undefined) return `${what}: ${shown(after ?? '')}${who}`;
  if (after === undefined) return `${what}: gone (was ${shown(before)})${who}`;
  return `${what}: ${shown(before)} → ${shown(after)}${who}`;
}

function oneLine(value: string): string {
  return value.replaceAll('\n', '⏎');
}

function cut(value: string): string {
  const line = oneLine(value);
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
}

function problemsText(problems: readonly Problem[]): string {
  const { message, where, todo } = problemsError('PLAN_REFUSED', problems);
  return [`! ${message}`, ...(where ? [`  where: ${where}`] : []), `  do: ${todo}`].join('\n');
}

/** `1 create, 2 unchanged.` */
export function planSummary({ workflows, problems }: Plan): string {
  const counts = (
    ['create', 'update', 'schedule', 'adopt', 'drifted', 'conflict', 'unchanged'] as const
  )
    .map(
      action => [action, workflows.filter(workflow => workflow.action === action).length] as const,
    )
    .filter(([, number]) => number > 0)
    .map(([action, number]) => `${number} ${action}`);
  const wrong = problems.length > 0 ? [count(problems.length, 'problem')] : [];
  return `${[...counts, ...wrong].join(', ') || 'nothing'}.`;
}

function dependencyJson(dependency: Dependency): Record<string, unknown> {
  const { kind } = dependency;
  switch (kind) {
    case 'project':
      return { kind, name: dependency.name };
    case 'bundle':
      return { kind, name: dependency.bundle.fileName };
    case 'alert-group':
      return { kind, name: dependency.group, webhook: dependency.webhook };
    default:
      return dependency satisfies never;
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** A plan for machines: stable, no codes of the server, no rendered definitions. @public */
export function planJson(plan: Plan): Record<string, unknown> {
  return {
    version: 1,
    dependencies: plan.dependencies.map(dependencyJson),
    recoveries: plan.recoveries,
    workflows: plan.workflows.map(
      ({ project, id, action, changes, edits, notes, downtime, dependants, rendered }) => ({
        project,
        id,
        action,
        changes: changes.map(({ what, before, after, origin }) => ({
          what,
          before: before ?? null,
          after: after ?? null,
          origin: origin ?? 'code',
        })),
        edits: edits.map(({ what, before, after }) => ({
          what,
          before: before ?? null,
          after: after ?? null,
        })),
        dependants,
        notes,
        downtime: downtime ?? null,
        digest: rendered.digest,
      }),
    ),
    problems: plan.problems.map(({ code, message, todo, workflow, task }) => ({
      code,
      message,
      todo,
      workflow: workflow ?? null,
      task: task ?? null,
    })),
  };
}

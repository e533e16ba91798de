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

/** A plan for people. @public */
export function planText(plan: Plan): string {
  const blocks = [
    ...plan.recoveries.map(recoveryText),
    ...plan.dependencies.map(dependency => `+ ${dependencyText(dependency)}`),
    ...plan.workflows.filter(({ action }) => action !== 'unchanged').map(workflowText),
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

function workflowText({ action, project, id, changes, downtime, notes }: WorkflowPlan): string {
  const said = SAID[action] ?? action;
  return [
    `${SIGNS[action]} ${project}/${id}: ${said}`,
    ...changes.map(change => `    ${changeText(change)}`),
    ...(downtime ? [`    downtime: ${downtime}`] : []),
    ...notes.map(note => `    note: ${note}`),
  ].join('\n');
}

/** `task load, input.table: "x" → "y"`. */
export function changeText({ what, before, after }: Change): string {
  if (before === undefined) return `${what}: ${cut(after ?? '')}`;
  if (after === undefined) return `${what}: gone (was ${cut(before)})`;
  return `${what}: ${cut(before)} → ${cut(after)}`;
}

function cut(value: string): string {
  const line = value.replaceAll('\n', '⏎');
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
      ({ project, id, action, changes, notes, downtime, rendered }) => ({
        project,
        id,
        action,
        changes,
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

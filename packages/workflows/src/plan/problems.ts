import type { Problem } from '../errors';
import type { WorkflowModel } from '../model';
import { findRefs, type Reference, referenceText } from '../task-types/refs';
import type { LiveState } from './live';
import { isNamed } from './order';
import type { PlanOptions } from './plan-types';
import { isBundle, type RenderedTask, type RenderedWorkflow } from './render';

/** Those that are there already have codes, and may use each other. */
export function cycleProblems(cycle: readonly WorkflowModel[], live: LiveState): Problem[] {
  const [first] = cycle;
  if (!first || cycle.every(model => live.workflows.has(model))) return [];
  return [
    {
      code: 'CYCLE',
      message: `workflows use each other: ${[...cycle, first].map(({ id }) => id).join(' → ')}`,
      todo: 'Apply them first without one of these uses, then with it: each needs the code of the other.',
      workflow: first.id,
    },
  ];
}

/** What definitions name and neither the server has nor this plan makes. */
export function referenceProblems(
  rendered: readonly RenderedWorkflow[],
  live: LiveState,
  options: PlanOptions,
): Problem[] {
  return rendered.flatMap(({ model, tasks, environment }) => {
    const environments = new Set(
      [environment, ...tasks.map(task => task.environment)].filter(name => name !== null),
    );
    const groups = new Set([model.workerGroup, ...tasks.map(task => task.workerGroup)]);
    const problem = (message: string, todo: string): Problem => ({
      code: 'SERVER',
      message,
      todo,
      workflow: model.id,
    });
    return [
      ...[...environments]
        .filter(name => live.directory.environment(name) === undefined)
        .map(name =>
          problem(
            `the server has no environment ${name}`,
            'Make it in DolphinScheduler, or name another.',
          ),
        ),
      ...[...groups]
        .filter(name => !live.workerGroups.has(name))
        .map(name =>
          problem(
            `the server has no worker group ${name}`,
            `Use one of: ${[...live.workerGroups].join(', ')}.`,
          ),
        ),
      ...tasks.flatMap(task =>
        missingReferences(task, rendered, model, live).map(what => ({
          ...problem(
            `the server has no ${what}`,
            'Make it in DolphinScheduler, or name another; a workflow or a task may be in the code as well.',
          ),
          task: task.id,
        })),
      ),
      ...alertProblems(model, live, options).map(({ message, todo }) => problem(message, todo)),
    ];
  });
}

/** What a task refers to and neither the server has nor this plan makes. */
function missingReferences(
  { body, taskGroup }: RenderedTask,
  all: readonly RenderedWorkflow[],
  { project }: WorkflowModel,
  { directory }: LiveState,
): string[] {
  const made = (reference: Reference) => {
    switch (reference.kind) {
      case 'task':
        return true;
      case 'project':
        return all.some(({ model }) => model.project === reference.project);
      case 'workflow':
        return all.some(({ model }) => isNamed(model, reference));
      case 'workflow-task':
        return all.some(
          ({ model, tasks }) =>
            isNamed(model, reference) && tasks.some(({ name }) => name === reference.task),
        );
      default:
        return false;
    }
  };
  const missingOnes = findRefs(body.params)
    .filter(reference => !made(reference) && directory.reference(reference) === undefined)
    .map(referenceText);
  // Bundles are uploaded by apply.
  const files = body.resources
    .filter(path => !isBundle(path) && directory.resource(path) === undefined)
    .map(path => referenceText({ kind: 'resource', path }));
  const group =
    taskGroup && directory.taskGroup(project, taskGroup.name) === undefined
      ? [`task group ${taskGroup.name} in project ${project}`]
      : [];
  return [...new Set([...missingOnes, ...files, ...group])];
}

function alertProblems(
  { alert }: WorkflowModel,
  live: LiveState,
  options: PlanOptions,
): { message: string; todo: string }[] {
  if (!alert) return [];
  if (!alert.webhook) {
    if (live.alertGroups.has(alert.group)) return [];
    return [
      {
        message: `the server has no alert group ${alert.group}`,
        todo: 'Make it in DolphinScheduler, or give alert a webhook: then apply makes it.',
      },
    ];
  }
  if (live.webhooks.has(alert.webhook) || options.webhookUrl?.(alert.webhook)) return [];
  return [
    {
      message: `nothing says where webhook ${alert.webhook} leads`,
      todo: `Set an http connection of that name: dolphinstage connections set ${alert.webhook}.`,
    },
  ];
}

import { WorkflowError } from '../errors';

/** The server isn't as the plan saw it. */
export function stale(workflow: string, what: string): WorkflowError {
  return new WorkflowError('PLAN_STALE', `${what} since the plan`, {
    where: workflow,
    todo: 'Plan again and look at what changes now.',
  });
}

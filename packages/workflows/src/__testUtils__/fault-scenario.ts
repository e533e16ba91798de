import { cron, type Workflow } from '..';
import { nightly, shellWorkflow } from './shell-workflows';

/** What there is before an apply that something goes wrong with. */
export function workflowsBefore(project: string): Workflow[] {
  const workflow = (id: string, variant = {}) =>
    shellWorkflow(project, id, { schedule: nightly(), ...variant });
  return [
    workflow('updated'),
    workflow('rescheduled'),
    workflow('old-name'),
    workflow('unscheduled'),
    workflow('halted'),
    workflow('paused'),
  ];
}

/** What that apply wants: it creates, updates, reschedules, renames and deletes. */
export function workflowsAfter(project: string): Workflow[] {
  const workflow = (id: string, variant = {}) =>
    shellWorkflow(project, id, { schedule: nightly(), ...variant });
  return [
    workflow('created'),
    workflow('updated', { text: 'changed' }),
    workflow('rescheduled', { schedule: cron('0 30 4 * * ? *', { timeZone: 'Europe/Oslo' }) }),
    workflow('new-name', { aliases: ['old-name'] }),
    workflow('unscheduled', { schedule: undefined }),
    workflow('halted', { text: 'changed' }),
    workflow('paused', { text: 'changed' }),
  ];
}

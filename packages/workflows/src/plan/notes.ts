import type { Capabilities } from '@dolphinstage/dolphinscheduler-client';
import type { Problem } from '../errors';
import type { WorkflowModel } from '../model';
import { serverTriesAgain } from './render';

/** What people should know of a workflow on this server. */
export function capabilityNotes(model: WorkflowModel, capabilities: Capabilities): string[] {
  const notes: string[] = [];
  const inside = model.tasks.filter(
    task => task.retry && task.body.kind === 'pack' && !serverTriesAgain(task, capabilities),
  );
  if (inside.length > 0) {
    notes.push(
      capabilities.taskRetries
        ? `${list(inside)}: tried again inside the task, since the pause is not whole minutes.`
        : `${list(inside)}: tried again inside the task, since this server's own retries hang; its log has all attempts.`,
    );
  }
  const without = model.tasks.filter(
    task => task.retry && task.body.kind !== 'pack' && !capabilities.taskRetries,
  );
  if (without.length > 0) {
    notes.push(`${list(without)}: not tried again on this server (accepted by acceptNoRetry).`);
  }
  if (model.timeoutMinutes > 0 && !capabilities.timeoutKills) {
    notes.push(
      model.alert
        ? `timeout of ${model.timeoutMinutes} min: this server only sends an alert to ${model.alert.group}; the run goes on. Timeouts of tasks do end them.`
        : `timeout of ${model.timeoutMinutes} min: this server only sends an alert, and there is no alert group; the run goes on. Timeouts of tasks do end them.`,
    );
  }
  if (model.alert && !model.schedule) {
    notes.push(
      'alerts: for runs that Dolphinstage starts; a run started in DolphinScheduler chooses its own.',
    );
  }
  return notes;
}

/** What this server can't do at all. */
export function capabilityProblems(model: WorkflowModel, capabilities: Capabilities): Problem[] {
  if (capabilities.taskRetries) return [];
  return model.tasks
    .filter(({ retry, body, acceptNoRetry }) => retry && body.kind !== 'pack' && !acceptNoRetry)
    .map(({ id }) => ({
      code: 'SERVER',
      message: "retry: this server's own retries hang the run, and a raw task can't do it itself",
      todo: 'Take retry out, make it a task of a pack, or accept to run without by acceptNoRetry: true.',
      workflow: model.id,
      task: id,
    }));
}

function list(tasks: readonly { id: string }[]): string {
  return tasks.map(({ id }) => id).join(', ');
}

import type { Capabilities, ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { Problem } from '../errors';
import type { WorkflowModel } from '../model';
import { LONGEST_RUNNABLE_NAME } from '../synth/names';
import { bodyFault } from '../task-types';
import { missingFunctions } from '../time/missing-functions';
import { serverTriesAgain } from './render';

/** What people should know of a workflow on this server. */
export function capabilityNotes(model: WorkflowModel, capabilities: Capabilities): string[] {
  const notes: string[] = [];
  if (model.name.length > LONGEST_RUNNABLE_NAME) {
    notes.push(
      `its name has ${model.name.length} characters: DolphinScheduler keeps it, but can't run it. Make it ${LONGEST_RUNNABLE_NAME} at most.`,
    );
  }
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
  const raw = model.tasks.filter(
    task => task.retry && task.body.kind !== 'pack' && !capabilities.taskRetries,
  );
  const forced = raw.filter(({ forceServerRetry }) => forceServerRetry);
  if (forced.length > 0) {
    notes.push(
      `${list(forced)}: retries are left to this server, where they hang the run once the task fails (forceServerRetry).`,
    );
  }
  const without = raw.filter(({ forceServerRetry }) => !forceServerRetry);
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
export function capabilityProblems(
  model: WorkflowModel,
  { capabilities, line }: { readonly capabilities: Capabilities; readonly line: ServerLine },
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (task: string | undefined, message: string, todo: string) =>
    problems.push({ code: 'SERVER', message, todo, workflow: model.id, task });
  for (const { id, retry, body, acceptNoRetry, forceServerRetry, cache } of model.tasks) {
    if (body.kind === 'raw') {
      const fault = bodyFault(body, line);
      if (fault) refuse(id, fault, 'Use another type or setting, or a server of such a line.');
      if (retry && !capabilities.taskRetries && !acceptNoRetry && !forceServerRetry) {
        refuse(
          id,
          "retry: this server's own retries hang the run, and a raw task can't do it itself",
          'Take retry out, make it a task of a pack, or accept to run without by acceptNoRetry: true.',
        );
      }
    }
    if (cache && !capabilities.taskCache) {
      refuse(
        id,
        `cache: this server's line ${line} can't use a task's earlier outcome again; 3.2 can`,
        'Take cache out.',
      );
    }
  }
  for (const { task, fault } of missingFunctions(model, line)) {
    refuse(task, fault, 'Write the time another way, or use a server of a newer line.');
  }
  if (model.schedule?.missed && !capabilities.missedFirePolicy) {
    refuse(
      undefined,
      `missed: this server's line ${line} can't be told what to do about missed times; 3.4 can`,
      'Take missed out: times at which the server is down are not made up for.',
    );
  }
  return problems;
}

function list(tasks: readonly { id: string }[]): string {
  return tasks.map(({ id }) => id).join(', ');
}

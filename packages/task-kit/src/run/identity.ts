import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RunIdentity } from '../context';
import { TaskError } from '../errors';
import { describeIssue } from '../static-input';
import { decodeText } from '../wire';

const name = z.string().min(1).max(255);
const identitySchema = z.strictObject({
  project: name,
  workflow: name,
  /** The workflow's name for the task. */
  task: name,
  tenant: name.optional(),
});

/** Who runs a task, as a workflow definition says it on the command line. @public */
export type DeclaredIdentity = z.output<typeof identitySchema>;

/** @throws TaskError `COMMAND_LINE` unless it is base64url of a JSON identity. */
export function parseIdentity(encoded: string): DeclaredIdentity {
  const todo = 'Give base64url of {"project","workflow","task","tenant"}.';
  let value: unknown;
  try {
    value = JSON.parse(decodeText(encoded) ?? '');
  } catch {
    throw new TaskError('COMMAND_LINE', 'this is not base64url of JSON', {
      where: '--identity',
      todo,
    });
  }
  const result = identitySchema.safeParse(value);
  if (!result.success) {
    throw new TaskError('COMMAND_LINE', result.error.issues.map(describeIssue).join('; '), {
      where: '--identity',
      todo,
    });
  }
  return result.data;
}

/** A run's id: of project, workflow and task, or of a program run by hand; and the workflow instance. */
export function runId(parts: readonly string[], instance: number | string): string {
  return [...parts, String(instance)].map(encodeURIComponent).join('/');
}

/**
 * The run's identity. Its id is made of project, workflow, task and workflow instance, so that every
 * attempt has the same; without an instance each command line is a run of its own.
 */
export function runIdentity(
  program: string,
  declared: DeclaredIdentity | undefined,
  numbers: { instance?: number; taskInstance?: number },
): RunIdentity {
  const parts = declared
    ? [declared.project, declared.workflow, declared.task]
    : ['by-hand', ...program.split('/')];
  return {
    id: runId(parts, numbers.instance ?? randomUUID()),
    project: declared?.project,
    workflow: declared?.workflow,
    task: declared?.task ?? program,
    tenant: declared?.tenant,
    workflowInstance: numbers.instance,
    taskInstance: numbers.taskInstance,
  };
}

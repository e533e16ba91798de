import { isDolphinstageError } from '@dolphinstage/common';
import { decodeWire } from '@dolphinstage/task-kit';
import type { Model, ParamModel, WorkflowModel } from '../model';
import type { TimeOptions } from './expression';
import { previewTime } from './preview';

/** A workflow's parameter, and what it gives at a time. @public */
export interface ParamPreview {
  readonly project: string;
  readonly workflow: string;
  readonly name: string;
  /** `date`, `string` …; the server's word for a parameter that is kept as the server has it. */
  readonly type: string;
  /** As its author wrote it. */
  readonly default: string;
  /** `yyyy-MM-dd HH:mm:ss` in the zone of the workflow's schedule. */
  readonly at: string;
  /** Undefined where only the server can tell, since its locale decides. */
  readonly gives?: string;
}

/** @public */
export interface PreviewParamsOptions extends TimeOptions {
  /** A scheduled time, `yyyy-MM-dd HH:mm:ss` in the zone of each workflow's schedule. Default: now, there. */
  readonly at?: string;
}

/**
 * What each parameter of each workflow gives for a run at a time, where the run doesn't give another value.
 *
 * @throws WorkflowError `TIME_INVALID` for a bad `at`.
 * @public
 */
export function previewParams(
  { workflows }: Model,
  { at, ...options }: PreviewParamsOptions = {},
): ParamPreview[] {
  return workflows.flatMap(workflow =>
    workflow.params.map(param => previewParam(workflow, param, at ?? nowIn(workflow), options)),
  );
}

function previewParam(
  { project, id }: WorkflowModel,
  { name, type, value, verbatim }: ParamModel,
  at: string,
  options: TimeOptions,
): ParamPreview {
  const encoded = type === 'string' && verbatim === undefined;
  const text = encoded ? String(decodeWire('string', value)) : value;
  // Also where nothing is to be worked out: a bad time is said at once.
  previewTime('', at);
  return {
    project,
    workflow: id,
    name,
    type: verbatim ?? type,
    default: text,
    at,
    gives: encoded ? text : given(text, at, options),
  };
}

/** What the server knows of a run's time under names of its own. */
const SYSTEM: readonly (readonly [string, string])[] = [
  ['${system.biz.date}', '$[yyyyMMdd-1]'],
  ['${system.biz.curdate}', '$[yyyyMMdd]'],
  ['${system.datetime}', '$[yyyyMMddHHmmss]'],
];

function given(text: string, at: string, options: TimeOptions): string | undefined {
  // The server looks for them in a parameter that begins with a dollar sign only.
  const named = text.startsWith('$')
    ? SYSTEM.reduce((now, [name, expression]) => now.replaceAll(name, () => expression), text)
    : text;
  try {
    return previewTime(named, at, options);
  } catch (error) {
    // All else that is wrong with it, synthesis has refused.
    if (isDolphinstageError(error) && error.code === 'TIME_INVALID') return undefined;
    throw error;
  }
}

function nowIn({ schedule }: WorkflowModel): string {
  const parts = new Intl.DateTimeFormat('sv', {
    timeZone: schedule?.timeZone ?? 'UTC',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return parts.format(new Date());
}

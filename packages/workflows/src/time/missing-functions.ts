import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { WorkflowModel } from '../model';
import { timeFault } from './preview';

/** A text of a workflow whose time expressions a server's line doesn't understand. */
export interface MissingFunction {
  readonly task?: string;
  readonly fault: string;
}

/** Time expressions of a workflow that newer lines understand, and this one doesn't. */
export function missingFunctions(
  { params, tasks }: WorkflowModel,
  line: ServerLine,
): MissingFunction[] {
  const texts: { task?: string; what: string; text: unknown }[] = [
    ...params
      .filter(({ type, verbatim }) => type !== 'string' || verbatim !== undefined)
      .map(({ name, value }) => ({ what: `parameter ${name}`, text: value })),
    ...tasks.flatMap(({ id, localParams, body }) => [
      ...localParams.map(({ name, value }) => ({ task: id, what: `input ${name}`, text: value })),
      ...(body.kind === 'raw' && body.type === 'shell'
        ? [{ task: id, what: 'script', text: body.settings.script }]
        : []),
    ]),
  ];
  return texts.flatMap(({ task, what, text }) => {
    const fault = timeFault(String(text), { line });
    return fault === undefined ? [] : [{ task, fault: `${what}: ${fault}` }];
  });
}

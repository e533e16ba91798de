import type { TaskCall } from '@dolphinstage/task-kit';
import type { PackTaskBody } from '../model';
import { formatCommand } from '../command';
import { splitInput } from '../synth/input';
import { outputName } from '../synth/names';
import type { TaskScope } from '../synth/scope';
import type { RenderContext, RenderedBody } from './task-type';

/** An argument of a process has 128 KiB at most on Linux; base64 takes a third more. */
const LONGEST_INPUT = 90 * 1024;

/** A pack's task as JSON. */
export function synthPackTask(call: TaskCall, scope: TaskScope): PackTaskBody {
  const { input, binds } = splitInput(call.input, scope);
  scope.report.check(
    Buffer.byteLength(JSON.stringify(input)) <= LONGEST_INPUT,
    'TOO_LONG',
    `its input is longer than ${LONGEST_INPUT / 1024} KiB`,
    'Keep data in files or tables and name them in the input.',
  );
  const [pack = ''] = call.task.id.split('/');
  return { kind: 'pack', pack, task: call.task.id, input, binds };
}

/** A pack's task as the SHELL task that the server holds. */
export function renderPackTask(body: PackTaskBody, context: RenderContext): RenderedBody {
  const { workflow, task, tenant } = context;
  const bundle = context.bundle(body.pack);
  const rawScript = formatCommand({
    bundle: bundle.word,
    task: body.task,
    input: body.input,
    binds: body.binds,
    retry: context.serverRetries ? undefined : task.retry,
    timeoutSeconds: task.timeoutMinutes * 60,
    identity: { project: workflow.project, workflow: workflow.id, task: task.id, tenant },
  });
  return {
    taskType: 'SHELL',
    localParams: [{ prop: outputName(task.id), direct: 'OUT', type: 'VARCHAR', value: '' }],
    resources: bundle.resource ? [bundle.resource] : [],
    params: { rawScript },
  };
}

import type { TaskContext } from '../context';
import { TaskError } from '../errors';
import type { HandleContent } from '../handle';
import { findTaskOutput, readTaskOutput } from '../ops/task-output';
import type { LostHandle } from './command-line';
import { runId } from './identity';

/** What a bound handle stands for. */
export type ResolveOutput = (
  content: HandleContent | LostHandle,
  where: string,
) => Promise<unknown>;

/** The output of another task of the same workflow instance, whose handle is lost. */
async function lostOutput(
  context: TaskContext,
  { task }: LostHandle,
  recorded: boolean,
  where: string,
): Promise<unknown> {
  const { project, workflow, workflowInstance } = context.run;
  if (project === undefined || workflow === undefined || workflowInstance === undefined) {
    throw new TaskError('HANDLE_INVALID', `the handle of ${task} is missing`, {
      where,
      todo: `Give it, or --identity and --instance of a run whose ${task} has kept its output.`,
    });
  }
  if (!recorded) {
    throw new TaskError(
      'OUTPUT_UNKNOWN',
      `the output of ${task} did not arrive, and no connection named ops could have kept it`,
      { where, todo: 'Run that task again; with a connection named ops no output is lost.' },
    );
  }
  const output = await findTaskOutput(
    await context.ops(),
    runId([project, workflow, task], workflowInstance),
  );
  context.log.warn('a handle did not arrive: output taken from ops', { task });
  return output;
}

/**
 * How a task comes by what the tasks before it hand on. A handle that has arrived with the output inside needs no
 * database.
 *
 * @param recorded - whether there is `ops`.
 */
export function outputResolver(context: TaskContext, recorded: boolean): ResolveOutput {
  // Several parts of an input may come from one task.
  const lost = new Map<string, Promise<unknown>>();
  return async (content, where) => {
    if (content.kind === 'value') return content.value;
    if (content.kind === 'reference') return readTaskOutput(await context.ops(), content.reference);
    const found = lost.get(content.task) ?? lostOutput(context, content, recorded, where);
    lost.set(content.task, found);
    return found;
  };
}

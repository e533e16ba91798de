import { z } from 'zod';
import type { TaskContext } from './context';
import type { Authored } from './deferred';
import { TaskError } from './errors';
import { staticIssues } from './static-input';

/** What a task's author says of it. @public */
export interface TaskOptions<I extends z.ZodType, O extends z.ZodType> {
  /** `<pack>/<task>`, lower case with dashes: the word on the command line. */
  id: string;
  /** One sentence for people: what it does to which data. */
  description: string;
  /** The shape of its input; what the command line and the environment give is checked against it. */
  input: I;
  /** The shape of what it hands on. Keep it small: names, ids and counts, never data. */
  output: O;
  /**
   * The work. It may be killed (SIGKILL) at any moment and run again: what it wrote outside one
   * PostgreSQL transaction must be harmless to write twice. Drivers are imported inside.
   */
  run(ctx: TaskContext, input: z.output<I>): Promise<z.input<O>>;
}

/** A task with its input, as it stands in a workflow. @public */
export interface TaskCall<I = unknown, O = unknown> {
  readonly task: TaskDefinition<z.ZodType<I>, z.ZodType<O>>;
  readonly input: unknown;
}

/**
 * A task. Called with an input, it gives what a workflow holds: `extractMysql({ from: connection('shop') })`.
 *
 * @public
 */
export interface TaskDefinition<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> extends Readonly<TaskOptions<I, O>> {
  (input: Authored<z.input<I>>): TaskCall<z.output<I>, z.output<O>>;
}

/** Any task, whatever its input: it can be looked at and run, not called. @public */
export interface AnyTask extends Readonly<TaskOptions<z.ZodType, z.ZodType>> {
  (input: never): TaskCall;
}

/** Tasks that are bundled and delivered together. @public */
export interface TaskPack {
  readonly name: string;
  /** The pack's own folder: its assets (`sql/`, `contracts/`) are read relative to it. */
  readonly root: string;
  readonly tasks: readonly AnyTask[];
}

const WORD = '[a-z0-9]+(?:-[a-z0-9]+)*';
const TASK_ID = new RegExp(`^${WORD}/${WORD}$`);
const PACK_NAME = new RegExp(`^${WORD}$`);

/**
 * Makes a task. Calling it checks the input as far as it is known already; {@link Deferred} parts are
 * checked when the task runs.
 *
 * @throws TaskError `TASK_INVALID` for a bad id; when called, `INPUT_INVALID` with every fault of the input.
 * @public
 */
export function defineTask<I extends z.ZodType, O extends z.ZodType>(
  options: TaskOptions<I, O>,
): TaskDefinition<I, O> {
  if (!TASK_ID.test(options.id)) {
    throw new TaskError('TASK_INVALID', `"${options.id}" is not a task's id`, {
      todo: 'Write <pack>/<task>, lower case with dashes, for example warehouse/load-raw.',
    });
  }
  // A declaration is hoisted: the call refers to the definition that it is made into.
  function call(input: Authored<z.input<I>>): TaskCall<z.output<I>, z.output<O>> {
    const issues = staticIssues(options.input, input);
    if (issues.length > 0) {
      throw new TaskError('INPUT_INVALID', `the input does not fit: ${issues.join('; ')}`, {
        where: options.id,
        todo: 'Compare with the input that the task declares.',
      });
    }
    // The call's types are those of the schemas; zod's own types can't say so of a schema by its parts.
    const task = call as unknown as TaskCall<z.output<I>, z.output<O>>['task'];
    return { task, input };
  }
  const { id, description, input, output } = options;
  return Object.freeze(
    Object.assign(call, { id, description, input, output, run: options.run.bind(options) }),
  );
}

/**
 * Makes a pack. In its `src/index.ts`: `export default definePack({ name, root: dirname(__dirname), tasks })`.
 *
 * @throws TaskError `TASK_INVALID` for a bad name, a task of another pack, or an id that is there twice.
 * @public
 */
export function definePack(pack: TaskPack): TaskPack {
  const problems = PACK_NAME.test(pack.name) ? [] : ['its name must be lower case with dashes'];
  const seen = new Set<string>();
  for (const { id } of pack.tasks) {
    if (!id.startsWith(`${pack.name}/`)) problems.push(`${id} is another pack's`);
    if (seen.has(id)) problems.push(`${id} is there twice`);
    seen.add(id);
  }
  if (problems.length > 0) {
    throw new TaskError('TASK_INVALID', `the pack does not hold: ${problems.join('; ')}`, {
      where: pack.name,
      todo: 'Name each task <pack>/<task>, once.',
    });
  }
  return Object.freeze({ ...pack, tasks: Object.freeze([...pack.tasks]) });
}

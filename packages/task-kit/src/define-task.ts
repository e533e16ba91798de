import type { z } from 'zod';
import type { TaskContext } from './context';
import type { Authored } from './deferred';

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
export interface TaskDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType>
  extends Readonly<TaskOptions<I, O>> {
  (input: Authored<z.input<I>>): TaskCall<z.output<I>, z.output<O>>;
}

/** Tasks that are bundled and delivered together. @public */
export interface TaskPack {
  readonly name: string;
  /** The pack's own folder: its assets (`sql/`, `contracts/`) are read relative to it. */
  readonly root: string;
  readonly tasks: readonly TaskDefinition[];
}

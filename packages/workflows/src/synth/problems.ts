import { durationSeconds, isDolphinstageError, type Duration } from '@dolphinstage/common';
import type { SourceLocation } from '../define/call-site';
import { type Problem, type ProblemCode, problemsError } from '../errors';

/** Reports what is wrong with one workflow or task. */
export class Reporter {
  readonly #add: (problem: Problem) => void;

  constructor(add: (problem: Problem) => void) {
    this.#add = add;
  }

  add(code: ProblemCode, message: string, todo: string): void {
    this.#add({ code, message, todo });
  }

  /** Reports `message` unless the condition holds. */
  check(condition: boolean, code: ProblemCode, message: string, todo: string): void {
    if (!condition) this.add(code, message, todo);
  }

  /** A duration's seconds; 0 for none and for a bad one. */
  seconds(duration: string | undefined, what: string): number {
    if (duration === undefined) return 0;
    try {
      return durationSeconds(duration as Duration);
    } catch (error) {
      if (!isDolphinstageError(error)) throw error;
      this.add('DURATION', `${what}: ${error.message}`, error.todo ?? '');
      return 0;
    }
  }

  /** A duration's minutes, which must be whole; 0 for none and for a bad one. */
  minutes(duration: string | undefined, what: string): number {
    const seconds = this.seconds(duration, what);
    this.check(
      Number.isInteger(seconds / 60),
      'DURATION',
      `${what}: "${duration}" is not a whole number of minutes`,
      'DolphinScheduler counts in minutes: write for example 30m or 2h.',
    );
    return Math.floor(seconds / 60);
  }
}

/** Collects what is wrong, so that an author sees it all at once. */
export class Problems {
  readonly #found: Problem[] = [];

  get all(): readonly Problem[] {
    return this.#found;
  }

  /** @throws WorkflowError `WORKFLOW_INVALID` when there is any. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw problemsError('WORKFLOW_INVALID', this.#found);
  }

  /** A place to report from. */
  of(workflow: string | undefined, at: SourceLocation | undefined, task?: string): Reporter {
    return new Reporter(problem => this.#found.push({ ...problem, workflow, at, task }));
  }
}

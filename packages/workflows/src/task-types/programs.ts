/** What programs for a cluster have in common: of Spark, of Flink, of MapReduce. */
import { needs, openText, resource, SINCE_3_2, text } from './fields';
import type { TaskScope } from '../synth/scope';

/** What a program may be, and what the server calls it. */
export const COMPILED_OR_PYTHON = { java: 'JAVA', scala: 'SCALA', python: 'PYTHON' } as const;
export const PROGRAMS = { ...COMPILED_OR_PYTHON, sql: 'SQL' } as const;

/** What is run. */
export const codeFields = {
  mainJar: resource('mainJar', { optional: true }),
  mainClass: text('mainClass', { optional: true }),
  arguments: openText('mainArgs', { optional: true }),
};

/** How it is handed over. */
export const submitFields = {
  yarnQueue: text('yarnQueue', { optional: true, lines: SINCE_3_2 }),
  otherOptions: openText('others', { optional: true }),
};

/** Reports what a program that isn't SQL lacks. */
export function needsCode(
  report: TaskScope['report'],
  settings: { readonly program: keyof typeof PROGRAMS },
): void {
  const { program } = settings;
  const compiled = program === 'python' ? [] : ['mainClass'];
  needs(report, settings, ['mainJar', ...compiled], `A ${program} program needs it`);
}

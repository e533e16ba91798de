import {
  findWorkflowFiles,
  loadWorkflows,
  synth,
  type Model,
  type Workflow,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';

/** The definitions that a command is about, and their JSON. */
export interface Definitions {
  readonly workflows: readonly Workflow[];
  readonly model: Model;
}

/** Loads the workflow files among the paths; all under the current folder without any. */
export function loadFiles({ cwd }: CliContext, paths: readonly string[]): Workflow[] {
  return loadWorkflows(findWorkflowFiles(cwd, paths));
}

/**
 * Loads workflow files and makes their JSON.
 *
 * @param target - what counts for it is in the JSON. Default: the definitions as they are without any.
 */
export function loadDefinitions(
  cli: CliContext,
  paths: readonly string[],
  target?: string,
): Definitions {
  const workflows = loadFiles(cli, paths);
  return { workflows, model: synth(workflows, { target }) };
}

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
export function loadDefinitions({ cwd }: CliContext, paths: readonly string[]): Definitions {
  const workflows = loadWorkflows(findWorkflowFiles(cwd, paths));
  return { workflows, model: synth(workflows) };
}

/**
 * Loads workflows as the command does, outside of jest, which has a module system of its own. Prints what came of
 * it as JSON.
 */
import { isDolphinstageError } from '@dolphinstage/common';
import { findPacks, findWorkflowFiles, loadWorkflows, synth } from '..';

function load(cwd: string, paths: readonly string[]): object {
  try {
    const workflows = loadWorkflows(findWorkflowFiles(cwd, paths));
    const model = synth(workflows);
    return {
      found: workflows.map(({ at, options }) => ({ id: options.id, at })),
      packs: findPacks(workflows, model),
    };
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    const { code, message, where } = error;
    return { error: { code, message, where } };
  }
}

const [cwd = '.', ...paths] = process.argv.slice(2);
process.stdout.write(JSON.stringify(load(cwd, paths)));

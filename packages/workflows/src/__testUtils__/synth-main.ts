/**
 * Loads and synthesises workflows as the command does, outside of jest, which has a module system of its own. Prints
 * the model, or the error, as JSON.
 */
import { isDolphinstageError } from '@dolphinstage/common';
import { findWorkflowFiles, loadWorkflows, synth } from '..';

const [cwd = '.', ...paths] = process.argv.slice(2);
try {
  process.stdout.write(
    JSON.stringify({ model: synth(loadWorkflows(findWorkflowFiles(cwd, paths))) }),
  );
} catch (error) {
  if (!isDolphinstageError(error)) throw error;
  const { code, message, where } = error;
  process.stdout.write(JSON.stringify({ error: { code, message, where } }));
}

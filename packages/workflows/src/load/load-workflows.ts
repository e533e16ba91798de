import { globSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isWorkflow, type Workflow } from '../define/define-workflow';
import { WorkflowError } from '../errors';
import { loadModule } from './load-module';

const PATTERNS = ['**/workflow.ts', '**/*.workflow.ts'];
const NEVER = new Set(['node_modules', 'dist', 'dist-types', '.git', '.dolphinstage']);

/**
 * Finds workflow files: `workflow.ts` and `*.workflow.ts` under a folder, libraries left out.
 *
 * @param paths - files or folders; relative to `cwd`. Default: `cwd` itself.
 * @returns absolute paths, sorted.
 * @throws WorkflowError `WORKFLOW_NOT_FOUND`.
 * @public
 */
export function findWorkflowFiles(cwd: string, paths: readonly string[] = []): string[] {
  const files = (paths.length > 0 ? paths : ['.']).flatMap(path => {
    const full = resolve(cwd, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (!stat) {
      throw new WorkflowError('WORKFLOW_NOT_FOUND', `there is no ${path}`, {
        where: cwd,
        todo: 'Name a workflow file, or a folder that holds some.',
      });
    }
    if (!stat.isDirectory()) return [full];
    const found = globSync(PATTERNS, { cwd: full, exclude: name => NEVER.has(name) });
    return found.map(name => resolve(full, name));
  });
  if (files.length === 0) {
    throw new WorkflowError('WORKFLOW_NOT_FOUND', 'there are no workflow files', {
      where: paths.join(', ') || cwd,
      todo: 'Name one workflow.ts or something.workflow.ts, or make a repository with dolphinstage init.',
    });
  }
  return [...new Set(files)].sort();
}

/**
 * Loads the workflows of files: everything that they export that is one.
 *
 * @param files - absolute.
 * @throws WorkflowError `WORKFLOW_LOAD` with file and line, also for a file without a workflow.
 * @public
 */
export function loadWorkflows(files: readonly string[]): Workflow[] {
  const workflows = new Set<Workflow>();
  for (const file of files) {
    const found = Object.values(loadModule(file) as Record<string, unknown>).filter(isWorkflow);
    if (found.length === 0) {
      throw new WorkflowError('WORKFLOW_LOAD', 'it exports no workflow', {
        where: file,
        todo: 'Write `export default defineWorkflow(…)`.',
      });
    }
    for (const workflow of found) workflows.add(workflow);
  }
  return [...workflows];
}

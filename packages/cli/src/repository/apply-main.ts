import { mkdirSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { isDolphinstageError } from '@dolphinstage/common';
import { findWorkflowFiles, plan, type Model, type Workflow } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { EMBEDDED } from '../target';
import { applyPlan } from '../workflows/apply-plan';
import { withPlanOptions } from '../workflows/with-plan';
import { withFileLock } from '../file-lock';
import { git } from './git';
import { Published } from './published';
import type { Applied, Repository } from './repository';

/** Enough of a commit's digest for people. */
const SHORT = 10;

/**
 * Applies what is on the main branch to the embedded DolphinScheduler, all of it; one at a time, so that of several pushes
 * the last has the last word. Killed, it leaves nothing that the next one would not do.
 *
 * @returns false where a workflow could not be written.
 * @throws errors of what is on main, and of DolphinScheduler.
 */
export function applyMain(cli: CliContext, repository: Repository): Promise<boolean> {
  const waiting = () => cli.note('waiting for another push, which is being applied');
  return withFileLock(repository.lock, waiting, async () => {
    // Looked at in the lock: what was pushed meanwhile is in it.
    const commit = await repository.main();
    const before = repository.lastApplied();
    if (commit === undefined || commit === before?.commit) {
      cli.out('What is on main is applied already.');
      return true;
    }
    cli.note(`applying main, ${commit.slice(0, SHORT)}`);
    await checkOut(cli, repository, commit);
    // Looked at before anything is written.
    const beside = new Published({ path: repository.home }).prepare(repository.checkout);
    const workflows = await applyCheckout({ ...cli, cwd: repository.checkout });
    if (!workflows) return false;
    beside.publish();
    if (beside.dataSets.length > 0) {
      cli.out(`Contracts are in force for ${beside.dataSets.join(', ')}.`);
    }
    repository.keepApplied({ commit, workflows });
    if (before) sayGone(cli, before, workflows);
    return true;
  });
}

/** A folder with main's files and the libraries that they import. */
async function checkOut(cli: CliContext, { path, checkout }: Repository, commit: string) {
  rmSync(checkout, { recursive: true, force: true });
  mkdirSync(checkout, { recursive: true });
  const index = `${checkout}.index`;
  rmSync(index, { force: true });
  rmSync(`${index}.lock`, { force: true });
  await git(path, ['read-tree', '--reset', '-u', commit], {
    GIT_WORK_TREE: checkout,
    GIT_INDEX_FILE: index,
  });
  cli.installation.libraries().link?.(checkout);
}

/** @returns where each workflow stands; undefined where one could not be written. */
async function applyCheckout(cli: CliContext): Promise<Applied['workflows'] | undefined> {
  if (!hasWorkflows(cli.cwd)) return {};
  return withPlanOptions(
    cli,
    [],
    { target: EMBEDDED },
    async (model, options, { client }, workflows) => {
      const good = await applyPlan(cli, await plan(client, model, options), client);
      return good ? placesOf(model, workflows, cli.cwd) : undefined;
    },
  );
}

function hasWorkflows(folder: string): boolean {
  try {
    return findWorkflowFiles(folder).length > 0;
  } catch (error) {
    if (isDolphinstageError(error) && error.code === 'WORKFLOW_NOT_FOUND') return false;
    throw error;
  }
}

function placesOf(model: Model, workflows: readonly Workflow[], folder: string) {
  const files = new Map(
    workflows.map(({ options: { project, id }, at }) => [
      `${project}/${id}`,
      at ? relative(folder, at.file) : '',
    ]),
  );
  return Object.fromEntries(
    model.workflows.flatMap(({ project, id, aliases }) =>
      // Under its former ids it isn't gone.
      [id, ...aliases].map(each => [`${project}/${each}`, files.get(`${project}/${id}`) ?? '']),
    ),
  );
}

/** Apply deletes nothing. */
function sayGone(cli: CliContext, before: Applied, now: Applied['workflows']): void {
  for (const [name, file] of Object.entries(before.workflows)) {
    if (name in now) continue;
    cli.out(
      `${name} is not on main any more. In DolphinScheduler it goes on; to end it, in a clone:`,
    );
    cli.out(`  git worktree add ../before ${before.commit.slice(0, SHORT)} && cd ../before`);
    cli.out(`  dolphinstage init . && dolphinstage destroy '${file}' --yes`);
  }
}

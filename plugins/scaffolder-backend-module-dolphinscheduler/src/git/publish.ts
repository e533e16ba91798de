import { ConflictError, NotFoundError } from '@backstage/errors';
import { PORTAL } from './author';
import { MAIN, type BareRepository, type Person } from './bare-repository';
import { assertKeepsMain } from './on-main';
import type { WorkspaceFile } from './workspace-files';

/** How often somebody else may be quicker. */
const MOST_TRIES = 10;

/** What is put into the repository. */
export interface Publication {
  /** Without `refs/heads/`; never the main branch. */
  readonly branch: string;
  readonly files: readonly WorkspaceFile[];
  readonly message: string;
  readonly author: Person;
  /** Looks only: the branch stays where it is. */
  readonly trial?: boolean;
  readonly signal?: AbortSignal;
}

/** What has become of it; `commit` is that of the main branch where all is there already. */
export interface Published {
  readonly commit: string;
  /** False where the branch, or the main branch, said so already. */
  readonly changed: boolean;
}

/**
 * Commits files on a branch of their own: on what the branch has that isn't on the main branch yet, else on the main
 * branch. Done again, it makes no second commit. The main branch is read only.
 *
 * @throws NotFoundError, ConflictError.
 */
export async function publish(
  repository: BareRepository,
  { branch, files, message, author, trial, signal }: Publication,
): Promise<Published> {
  const reference = `refs/heads/${branch}`;
  let checked: string | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    signal?.throwIfAborted();
    const main = await repository.commitOf(MAIN);
    if (main === undefined) {
      throw new NotFoundError('the repository has no branch main: push one first');
    }
    const there = await repository.commitOf(reference);
    const isOpen = there !== undefined && !(await repository.holds(main, there));
    const parent = isOpen ? there : main;
    const [before, now] = await Promise.all([repository.treeOf(main), repository.treeOf(parent)]);
    const merged = await repository.withFiles(before, files);
    if (checked !== before) {
      const paths = files.map(({ path }) => path);
      await assertKeepsMain(repository, { main: before, merged, paths, signal });
      checked = before;
    }
    const tree = isOpen ? await repository.withFiles(now, files) : merged;
    if (tree === now) return { commit: parent, changed: false };
    if (trial) return { commit: parent, changed: true };
    signal?.throwIfAborted();
    const commit = await repository.commit({ tree, parent, message, author, committer: PORTAL });
    if (await repository.move(reference, commit, there)) return { commit, changed: true };
  }
  throw new ConflictError(`${branch} is changed by others all the time: try again later`);
}

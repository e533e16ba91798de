import type { Repository } from './repository';

/** The repository as `status` shows it. */
export interface RepositoryState {
  /** What is cloned. */
  readonly path: string;
  /** The commit of main. */
  readonly main: string | null;
  /** All of main is in DolphinScheduler. */
  readonly applied: boolean;
  readonly text: string;
}

export async function repositoryState(repository: Repository): Promise<RepositoryState> {
  const { path } = repository;
  const main = (await repository.main()) ?? null;
  const applied = main === repository.lastApplied()?.commit;
  const text = applied
    ? 'main is applied'
    : 'main is not applied yet: dolphinstage repository apply';
  return { path, main, applied, text: `workflows as code: git clone ${path} (${text})` };
}

/**
 * The local repository of the teams' workflows, for when there is no Git host: templates put branches into it, people
 * merge them, and its hook applies what is on main to the embedded DolphinScheduler.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeJson, type Home } from '@dolphinstage/embedded';
import { z } from 'zod';
import { ROOT } from '../root';
import { firstFiles } from './first-files';
import { git } from './git';

export const MAIN = 'refs/heads/main';
const FOLDER = 'repository';

const appliedSchema = z.object({
  commit: z.string(),
  /** By `<project>/<id>`, the file that each workflow stands in. */
  workflows: z.record(z.string(), z.string()),
});

/** What was applied last, all of it. */
export type Applied = z.output<typeof appliedSchema>;

/** Where the parts of the repository are. */
export class Repository {
  /** The platform's home. */
  readonly home: string;
  /** The bare repository: what people clone. */
  readonly path: string;
  /** Whoever holds it applies. */
  readonly lock: string;
  /** Where main is checked out to be applied. */
  readonly checkout: string;
  private readonly applied: string;

  constructor({ path: home }: Home) {
    this.home = home;
    this.path = join(home, FOLDER, 'workflows.git');
    this.lock = join(home, FOLDER, 'lock');
    this.checkout = join(home, FOLDER, 'main');
    this.applied = join(home, FOLDER, 'applied.json');
  }

  get exists(): boolean {
    return existsSync(join(this.path, 'HEAD'));
  }

  /** The commit of the main branch; undefined where there is none. */
  async main(): Promise<string | undefined> {
    const found = await git(this.path, ['for-each-ref', '--format=%(objectname)', MAIN]);
    return found || undefined;
  }

  /** What was applied last; undefined where nothing was, or where it can't be told. */
  lastApplied(): Applied | undefined {
    if (!existsSync(this.applied)) return undefined;
    return appliedSchema.safeParse(JSON.parse(readFileSync(this.applied, 'utf8'))).data;
  }

  keepApplied(applied: Applied): void {
    writeJson(this.applied, applied, 0o644);
  }

  /** Makes what isn't there yet, and writes the hook anew: the checkout may have moved. */
  async prepare(): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true });
    await git(this.path, ['init', '--quiet', '--bare', '--initial-branch=main', '--template=']);
    for (const [key, value] of [
      // Nothing that has been on main is taken back, and main can't go.
      ['receive.denyNonFastForwards', 'true'],
      ['receive.denyDeletes', 'true'],
      ['receive.fsckObjects', 'true'],
    ] as const) {
      await git(this.path, ['config', key, value]);
    }
    if ((await this.main()) === undefined) await this.commitFirstFiles();
    this.writeHook();
  }

  private async commitFirstFiles(): Promise<void> {
    const folder = join(dirname(this.path), 'first');
    // What an interrupted start has left.
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(firstFiles())) {
      const file = join(folder, 'files', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const env = {
      GIT_WORK_TREE: join(folder, 'files'),
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_AUTHOR_NAME: 'Dolphinstage',
      GIT_AUTHOR_EMAIL: 'up@dolphinstage.invalid',
      GIT_COMMITTER_NAME: 'Dolphinstage',
      GIT_COMMITTER_EMAIL: 'up@dolphinstage.invalid',
    };
    await git(this.path, ['add', '--all'], env);
    await git(this.path, ['commit', '--quiet', '--no-verify', '--message', 'Begin'], env);
    rmSync(folder, { recursive: true, force: true });
    // There is nothing in it that could be applied.
    const commit = await this.main();
    if (commit) this.keepApplied({ commit, workflows: {} });
  }

  private writeHook(): void {
    const hook = join(this.path, 'hooks', 'post-receive');
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(`${hook}.part`, hookText(this.home));
    chmodSync(`${hook}.part`, 0o755);
    renameSync(`${hook}.part`, hook);
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs as whoever pushes; what it prints, they see. */
function hookText(home: string): string {
  return `#!/bin/sh
# Written by ./dolphinstage up. What is pushed to main is applied to the embedded DolphinScheduler.
main=
while read -r before after ref; do
  [ "$ref" = ${MAIN} ] && main=pushed
done
[ -n "$main" ] || exit 0
unset $(git rev-parse --local-env-vars)
cd / || exit
DOLPHINSTAGE_HOME=${quoted(home)} exec ${quoted(join(ROOT, 'dolphinstage'))} repository apply
`;
}

import { run } from '@dolphinstage/embedded';

/** Nobody's configuration but the repository's own has a say. */
const SETTINGS = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** What is inherited from a hook's git, or from the user's shell. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('GIT_')),
  );
}

/**
 * Runs git on a bare repository and gives what it prints.
 *
 * @throws EmbeddedError with what git says.
 */
export async function git(
  repository: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const output = await run('git', ['--git-dir', repository, ...args], {
    env: { ...withoutGit(process.env), ...SETTINGS, ...env },
  });
  return output.trim();
}

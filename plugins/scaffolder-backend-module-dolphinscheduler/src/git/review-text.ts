/** What a template's result tells whoever filled it in. */
export interface Review {
  /** The repository's. */
  readonly path: string;
  readonly branch: string;
  readonly changed: boolean;
}

/** How to review a branch and merge it, with git alone; as Markdown. */
export function reviewText({ path, branch, changed }: Review): string {
  const first = changed
    ? `The code is on branch \`${branch}\`. It is applied when it is merged:`
    : `The repository has this code already, on branch \`${branch}\` or merged. To look:`;
  return [
    first,
    '',
    '```sh',
    `git clone '${path.replaceAll("'", "'\\''")}' workflows && cd workflows`,
    `git diff main...origin/${branch}   # look at it`,
    `git merge --no-ff origin/${branch} # agree`,
    'git push                           # the push says what becomes of it in DolphinScheduler',
    '```',
    '',
  ].join('\n');
}

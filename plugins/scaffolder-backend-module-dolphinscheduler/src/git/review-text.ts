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
    ? `The code is on branch \`${branch}\`. To look at it and merge it:`
    : `The repository has this code already, on branch \`${branch}\` or merged. To look at it:`;
  const lines = [
    [`git clone '${path.replaceAll("'", "'\\''")}' workflows && cd workflows`, ''],
    [`git diff main...origin/${branch}`, '# look at it'],
    [`git merge --no-ff origin/${branch}`, '# agree'],
    ['git push', '# it says what has become of it in DolphinScheduler'],
  ] as const;
  const width = Math.max(...lines.map(([command, about]) => (about ? command.length : 0)));
  return [
    first,
    '',
    '```sh',
    ...lines.map(([command, about]) => `${command.padEnd(width)} ${about}`.trimEnd()),
    '```',
    '',
  ].join('\n');
}

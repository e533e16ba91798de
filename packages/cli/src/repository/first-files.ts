import { commonFiles, MANY_WORKFLOWS } from '../workflows/new-repository';

/** What the repository of the teams' workflows begins with. */
export function firstFiles(): Readonly<Record<string, string>> {
  return {
    // The hook links the libraries of the checkout that it belongs to.
    ...commonFiles('workflows', { dependencies: {} }, [MANY_WORKFLOWS]),
    [`${MANY_WORKFLOWS}/.gitkeep`]: '',
    'README.md': `# Workflows

What is on \`main\` is what DolphinScheduler runs: a push to it is applied at once, and says what has come of it.

A template of the portal puts its code into \`workflows/<id>\`, on a branch \`dolphinstage/<id>\` of its own:

    git fetch
    git diff main...origin/dolphinstage/<id>     # look at it
    git merge --no-ff origin/dolphinstage/<id>   # agree
    git push                                     # apply it

After a fresh clone, \`dolphinstage init .\` links the libraries, for your editor and for \`dolphinstage plan\`; it overwrites
nothing.

A workflow that is deleted here goes on in DolphinScheduler: end it there first, by
\`dolphinstage destroy workflows/<id> --yes\`.
`,
  };
}

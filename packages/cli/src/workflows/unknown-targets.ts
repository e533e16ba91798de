import type { Workflow } from '@dolphinstage/workflows';
import type { CliContext } from '../context';

/** Says which targets workflows speak of that `--target` doesn't know: a name may be misspelt. */
export async function noteUnknownTargets(
  cli: CliContext,
  workflows: readonly Workflow[],
): Promise<void> {
  const named = workflows.map(({ options: { project, id, targets = {}, only = [] } }) => ({
    workflow: `${project}/${id}`,
    targets: new Set([...Object.keys(targets), ...only]),
  }));
  // Most name none: the configuration needn't be read then.
  if (named.every(({ targets }) => targets.size === 0)) return;
  const known = await cli.installation.targetNames();
  for (const { workflow, targets } of named) {
    for (const target of targets) {
      if (known.includes(target)) continue;
      cli.note(
        `note: ${workflow} speaks of target ${target}, which is not in app-config.yaml; there are: ${known.join(', ')}.`,
      );
    }
  }
}

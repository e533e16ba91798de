import type { Home } from '@dolphinstage/embedded';
import {
  apply,
  bundlePacks,
  findPacks,
  loadWorkflows,
  plan,
  planText,
  synth,
} from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';

/**
 * Applies workflows of this checkout to the embedded platform.
 *
 * @returns their ids.
 */
export async function applyFiles(
  cli: CliContext,
  home: Home,
  target: Target,
  files: readonly string[],
): Promise<string[]> {
  const workflows = loadWorkflows([...files]);
  const model = synth(workflows);
  const bundles = await bundlePacks(findPacks(workflows, model), home.folder('build'));
  const planned = await plan(target.client, model, {
    target: target.name,
    tenant: target.tenant,
    environment: target.environment,
    delivery: { kind: 'path', folder: target.bundles },
    bundles,
  });
  cli.note(planText(planned));
  const result = await apply(target.client, planned, { signal: cli.signal });
  const failed = result.workflows.find(({ error }) => error);
  if (failed) throw failed.error;
  return model.workflows.map(({ id }) => id);
}

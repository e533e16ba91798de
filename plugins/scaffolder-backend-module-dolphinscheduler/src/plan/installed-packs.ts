import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@backstage/errors';
import {
  bundlePacks,
  packageOf,
  packNames,
  type Model,
  type PlanOptions,
} from '@dolphinstage/workflows';

/** @throws InputError where a pack isn't installed beside the backend. */
function folderOf(pack: string): string {
  const name = packageOf(pack);
  const folders = require.resolve.paths(name) ?? [];
  const found = folders.map(folder => join(folder, name)).find(folder => existsSync(folder));
  if (found) return found;
  throw new InputError(
    `pack ${pack} is not installed beside the portal (${name}): let its code be applied by the dolphinstage command instead`,
  );
}

/**
 * Bundles the packs whose tasks a model uses, as far as they are installed beside the backend: a pack in a workspace is
 * a team's program, which isn't built here.
 *
 * @throws InputError
 */
export async function withInstalledPacks<T>(
  model: Model,
  act: (bundles: PlanOptions['bundles']) => Promise<T>,
): Promise<T> {
  const packs = packNames(model).map(name => ({ name, folder: folderOf(name) }));
  if (packs.length === 0) return act(new Map());
  const folder = await mkdtemp(join(tmpdir(), 'dolphinstage-bundles-'));
  try {
    return await act(await bundlePacks(packs, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { AssetTexts } from '../assets';

/** Every file below the folders, path (with `/`) to text, in the order of their paths. */
export function readAssetFolders(root: string, folders: readonly string[]): AssetTexts {
  const paths = folders
    .filter(folder => existsSync(join(root, folder)))
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
    .sort();
  return Object.fromEntries(
    paths.map(path => [path.split(sep).join('/'), readFileSync(join(root, path), 'utf8')]),
  );
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskError } from './errors';
import { kitRoot } from './kit-root';

/** Files inside a bundle: path with `/` to text. @public */
export type AssetTexts = Readonly<Record<string, string>>;

/** What {@link bundlePack} puts into a bundle. @public */
export interface BundledAssets {
  readonly pack: AssetTexts;
  readonly kit: AssetTexts;
}

let bundled: BundledAssets | undefined;

/** A bundle says what it holds, before anything else runs. */
export function useBundledAssets(assets: BundledAssets): void {
  bundled = assets;
}

/** True in a bundle. */
export function isBundled(): boolean {
  return bundled !== undefined;
}

function unknownAsset(path: string, cause?: unknown): TaskError {
  return new TaskError('ASSET_UNKNOWN', `the pack has no file ${path}`, {
    todo: 'Name a file in sql/ or contracts/ of the pack, with / between; bundle the pack again if it is new.',
    cause,
  });
}

function read(texts: AssetTexts | undefined, root: () => string, path: string): string {
  if (!/^(sql|contracts)\//.test(path) || path.split('/').includes('..')) throw unknownAsset(path);
  if (texts) {
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    if (text === undefined) throw unknownAsset(path);
    return text;
  }
  try {
    return readFileSync(join(root(), path), 'utf8');
  } catch (cause) {
    throw unknownAsset(path, cause);
  }
}

/** A file of the pack; `root` counts when run from source. */
export function packAsset(root: string, path: string): string {
  return read(bundled?.pack, () => root, path);
}

/** A file of the task kit itself. */
export function kitAsset(path: string): string {
  return read(bundled?.kit, kitRoot, path);
}

import { useBundledAssets, type BundledAssets } from '../assets';
import type { TaskPack } from '../define-task';
import { runPack } from './run-pack';

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    stream.write('', () => resolve());
  });
}

/**
 * A pack as a program: runs this process's command line and ends the process, whatever a task left open.
 *
 * @param assets - what the bundle holds; none when run from source.
 * @public
 */
export async function runMain(pack: TaskPack, assets?: BundledAssets): Promise<never> {
  if (assets) useBundledAssets(assets);
  const code = await runPack(pack, process.argv.slice(2), process.env);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

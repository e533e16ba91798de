import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { withFileLock } from '../file-lock';
import { ROOT } from '../root';

const APP = join(ROOT, 'packages/app');
/** What the built frontend is made of. */
const SOURCES = [
  'yarn.lock',
  'packages/app/{package.json,public/*,src/**/*}',
  'packages/portal-react/{package.json,src/**/*}',
  'plugins/{dolphinscheduler,data-quality,models}{,-common}/{package.json,src/**/*}',
];
const LIMIT_SECONDS = 900;

/**
 * Builds the portal's frontend unless it has been built from the same sources. Who comes while another process builds
 * waits for that: the build empties the folder that it writes to.
 *
 * @param app - the frontend's package; what is built lies in its `dist`.
 * @throws EmbeddedError `INSTALL_FAILED`.
 */
export async function buildFrontend(
  report: (text: string) => void,
  { app = APP, build = bundle }: { app?: string; build?: (app: string) => Promise<void> } = {},
): Promise<void> {
  const stamp = join(app, 'dist/.built-from');
  const wanted = await digest();
  const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isBuilt()) return;
  const waiting = () => report('waiting for another process to build the frontend');
  await withFileLock(join(app, '.build-lock'), waiting, async () => {
    if (isBuilt()) return;
    report('building the frontend (some minutes the first time)');
    rmSync(stamp, { force: true });
    await build(app);
    // Last: an interrupted build is made anew.
    writeFileSync(stamp, wanted);
  });
}

async function bundle(app: string): Promise<void> {
  const cli = join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli');
  await run(process.execPath, [cli, 'package', 'build'], {
    cwd: app,
    env: { ...process.env, NODE_ENV: 'production' },
    limit: LIMIT_SECONDS,
  });
}

async function digest(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for await (const file of glob(SOURCES, { cwd: ROOT, withFileTypes: true })) {
    if (file.isFile()) files.push(join(file.parentPath, file.name));
  }
  for (const file of files.sort()) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

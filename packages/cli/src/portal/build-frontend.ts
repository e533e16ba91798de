import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
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

/** Builds the portal's frontend unless it has been built from the same sources. */
export async function buildFrontend(report: (text: string) => void): Promise<void> {
  const stamp = join(APP, 'dist/.built-from');
  const wanted = await digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  report('building the frontend (some minutes the first time)');
  const cli = join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli');
  await run(process.execPath, [cli, 'package', 'build'], {
    cwd: APP,
    env: { ...process.env, NODE_ENV: 'production' },
    limit: LIMIT_SECONDS,
  });
  // Last: an interrupted build is made anew.
  writeFileSync(stamp, wanted);
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

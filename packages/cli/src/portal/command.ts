import { join } from 'node:path';
import axios from 'axios';
import { ROOT } from '../root';

const BACKEND = join(ROOT, 'packages/backend');

/**
 * How the portal is started: one process, which serves the built frontend too.
 *
 * @param configs - files over `app-config.yaml`; the last one wins.
 */
export function portalCommand(configs: readonly string[]) {
  return {
    command: process.execPath,
    args: [
      ...['--disable-warning=DEP0040', '--no-node-snapshot'],
      ...['--require', require.resolve('@backstage/cli/config/nodeTransform.cjs')],
      join(BACKEND, 'src/index.ts'),
      ...[join(ROOT, 'app-config.yaml'), ...configs].flatMap(file => ['--config', file]),
    ],
    cwd: BACKEND,
  };
}

/** @throws while the portal at an address can't serve yet. */
export async function probePortal(url: string): Promise<void> {
  await axios.get(`${url}/.backstage/health/v1/readiness`, { timeout: 5_000, proxy: false });
}

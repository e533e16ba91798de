import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { readConfig } from './config';
import type { Target } from './context';
import { CliError } from './errors';
import { platformHome } from './home';
import { EMBEDDED, readEmbeddedTarget } from './platform/embedded-target';

/** Finds a target by name; see {@link CliContext.target}. */
export async function findTarget(
  name = process.env.DOLPHINSTAGE_TARGET ?? EMBEDDED,
): Promise<Target> {
  if (name === EMBEDDED) return readEmbeddedTarget(platformHome());
  const { instances } = (await readConfig(process.cwd())).dolphinscheduler;
  const instance = instances.find(candidate => candidate.name === name);
  if (!instance) {
    throw new CliError('TARGET_UNKNOWN', `there is no target ${name}`, {
      where: 'app-config.yaml, dolphinscheduler.instances',
      todo: `Use one of: ${[EMBEDDED, ...instances.map(known => known.name)].join(', ')}.`,
    });
  }
  const { baseUrl: url, token, delivery, bundles, environment, tenant } = instance;
  return {
    name,
    url,
    client: await createClient({ url, token }),
    delivery,
    bundles,
    environment,
    tenant,
  };
}

import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { readConfig, type AppConfig } from './config';
import type { Target } from './context';
import { CliError } from './errors';

/** The embedded platform's name among the targets. */
export const EMBEDDED = 'embedded';

const WHERE = 'app-config.yaml, dolphinscheduler.instances';

/**
 * A target among the instances of app-config.yaml.
 *
 * @param name - without one: the only instance that there is.
 * @param options - `configFolder`: whose app-config.yaml counts where the current folder has none; `others`: targets
 *   that are none of its instances.
 * @throws CliError `TARGET_UNKNOWN`, `CONFIG_INVALID`; ClientError.
 */
export async function findInstance(
  name: string | undefined,
  { configFolder, others = [] }: { configFolder?: string; others?: readonly string[] },
): Promise<Target> {
  const { instances } = (await readConfig(process.cwd(), configFolder)).dolphinscheduler;
  const instance = choose(instances, name, others);
  const { baseUrl: url, token, delivery, bundles, environment, tenant } = instance;
  if (!token) {
    throw new CliError('CONFIG_INVALID', `${instance.name} has no token`, {
      where: WHERE,
      todo: 'Set the environment variable that its token comes from.',
    });
  }
  return {
    name: instance.name,
    url,
    client: await createClient({ url, token }),
    delivery,
    bundles,
    environment,
    tenant,
  };
}

/** The instances of app-config.yaml; see {@link findInstance}. */
export async function instanceNames(configFolder?: string): Promise<string[]> {
  const { instances } = (await readConfig(process.cwd(), configFolder)).dolphinscheduler;
  return instances.map(({ name }) => name);
}

type Instance = AppConfig['dolphinscheduler']['instances'][number];

function choose(
  instances: readonly Instance[],
  name: string | undefined,
  others: readonly string[],
): Instance {
  const known = [...others, ...instances.map(instance => instance.name)];
  if (name === undefined) {
    const [only] = instances;
    if (only && instances.length === 1) return only;
    throw new CliError(
      'TARGET_UNKNOWN',
      only ? 'several targets, none said' : 'there is no target',
      {
        where: WHERE,
        todo: only
          ? `Choose with --target or DOLPHINSTAGE_TARGET: ${known.join(', ')}.`
          : 'Write down your DolphinScheduler there: name, baseUrl, token: ${DOLPHINSCHEDULER_TOKEN}.',
      },
    );
  }
  const found = instances.find(candidate => candidate.name === name);
  if (found) return found;
  throw new CliError('TARGET_UNKNOWN', `there is no target ${name}`, {
    where: WHERE,
    todo: `Use one of: ${known.join(', ')}.`,
  });
}

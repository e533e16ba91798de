import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import type { ConfigSource } from '@backstage/config-loader';
import { registerSecret } from '@dolphinstage/common';
import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { CliError } from './errors';

const instanceSchema = z.object({
  name: z.string().min(1),
  baseUrl: z.url(),
  /** Absent where its environment variable isn't set: another target may be meant. */
  token: z.string().min(1).optional(),
  delivery: z.enum(['path', 'resource']).default('resource'),
  bundles: z.string().default(''),
  environment: z.string().default('dolphinstage'),
  tenant: z.string().default('default'),
});

const configSchema = z.object({
  dolphinscheduler: z
    .object({ instances: z.array(instanceSchema).default([]) })
    .default({ instances: [] }),
  catalog: z.object({ locations: z.array(z.unknown()).default([]) }).default({ locations: [] }),
  embedded: z.record(z.string(), z.object({ url: z.string().min(1) })).default({}),
});

/** The part of app-config.yaml that this command reads. */
export type AppConfig = z.output<typeof configSchema>;

/**
 * Reads app-config.yaml and app-config.local.yaml, of the folder that the command was called in or else of
 * another, as Backstage does: `${NAME}` comes from the environment.
 *
 * @param fallback - the folder whose files count where `cwd` has no app-config.yaml. Default: `cwd` all the same.
 * @throws CliError `CONFIG_INVALID`.
 */
export async function readConfig(cwd: string, fallback = cwd): Promise<AppConfig> {
  const folder = existsSync(join(cwd, 'app-config.yaml')) ? cwd : fallback;
  const files = ['app-config.yaml', 'app-config.local.yaml']
    .map(name => join(folder, name))
    .filter(file => existsSync(file));
  // Loaded here: most commands need no configuration, and the loader is large. (jest can't `import()`.)
  const { ConfigSources } =
    require('@backstage/config-loader') as typeof import('@backstage/config-loader');
  try {
    const source = ConfigSources.merge(
      files.map(path =>
        ConfigSources.default({ rootDir: folder, argv: ['--config', path], watch: false }),
      ),
    );
    const parsed = configSchema.parse(await merged(source));
    for (const { token } of parsed.dolphinscheduler.instances) if (token) registerSecret(token);
    return parsed;
  } catch (cause) {
    const issues = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new CliError('CONFIG_INVALID', issues, {
      cause,
      where: files.join(', '),
      todo: 'Mend the configuration; app-config.yaml of the project shows every key.',
    });
  }
}

/** The sources' values merged, the later ones over the former; nothing where all are empty. */
async function merged(source: ConfigSource): Promise<JsonObject> {
  for await (const { configs } of source.readConfigData()) {
    return configs.length === 0 ? {} : ConfigReader.fromConfigs(configs).get<JsonObject>();
  }
  return {};
}

/** The user's own servers that app-config.yaml names, by server. */
export function externalServers(config: AppConfig): Record<string, string> {
  return Object.fromEntries(Object.entries(config.embedded).map(([name, { url }]) => [name, url]));
}

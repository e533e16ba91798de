import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { fromSources } from './artifacts';

// By package name, so that the path is right from source and from a build alike.
const SHIPPED = join(
  dirname(require.resolve('@dolphinstage/embedded/package.json')),
  'conf/dolphinscheduler',
);

/** Where a server keeps what, and whether tasks may become other OS users. */
export interface Settings {
  folder: string;
  /** Tasks run through sudo as their tenant's OS user. */
  sudo: boolean;
  user: string;
  alertPort: number;
}

function commonProperties(defaults: string, { folder, sudo, user, alertPort }: Settings): string {
  return `${defaults}
data.basedir.path=${folder}/data
dolphinscheduler.env.path=${folder}/env.sh
resource.storage.type=HDFS
resource.storage.upload.base.path=${folder}/data/resources
resource.hdfs.fs.defaultFS=file:///
resource.hdfs.root.user=${user}
sudo.enable=${sudo}
setTaskDirToTenant.enable=${sudo}
alert.rpc.port=${alertPort}
dolphin.scheduler.network.priority.strategy=none
`;
}

/**
 * Writes the configuration as a jar: the JVM's class archive, which makes a start fast, doesn't allow folders
 * on the classpath. The file is rewritten only when something has changed, since the archive checks its time.
 */
export async function writeConfiguration(jars: string[], settings: Settings): Promise<string> {
  const shipped = (name: string) => readFileSync(join(SHIPPED, name), 'utf8');
  const files = {
    'application.yaml': shipped('application.yaml'),
    'logback-spring.xml': shipped('logback-spring.xml'),
    'task-type-config.yaml': await fromSources(jars, 'api', 'task-type-config.yaml'),
    'common.properties': commonProperties(
      await fromSources(jars, 'common', 'common.properties'),
      settings,
    ),
  };
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const jar = join(settings.folder, `conf-${digest}.jar`);
  if (!existsSync(jar)) {
    const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
    writeFileSync(jar, zipSync(Object.fromEntries(entries)));
  }
  // Sourced by tasks without an environment; tenants must be able to read it.
  writeFileSync(join(settings.folder, 'env.sh'), '#!/bin/bash\n', { mode: 0o755 });
  return jar;
}

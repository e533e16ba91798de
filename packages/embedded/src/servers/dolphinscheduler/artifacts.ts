import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import type { Machine } from '../../machine/machine';
import { mavenClasspath, sourcesJar } from '../../machine/maven';

const VERSION = '3.1.1';
const GROUP = 'org.apache.dolphinscheduler';
// The parent poms registry-plugins:3.1.1 and scheduler-plugin:3.1.1 were never published.
const ONLY_IN_3_1_2 = [
  'registry-zookeeper',
  'registry-mysql',
  'registry-etcd',
  'scheduler-quartz',
  'scheduler-api',
];
// The binary jars lack what these sources jars have: the schema, the task types, the common properties.
const WITH_SOURCES = ['dao', 'api', 'common'];

const dependency = (artifact: string, version: string, more = '') =>
  `<dependency><groupId>${GROUP}</groupId><artifactId>dolphinscheduler-${artifact}</artifactId><version>${version}</version>${more}</dependency>`;

// SWITCH tasks evaluate their conditions as JavaScript, for which Java has had no engine since 15.
const JAVASCRIPT =
  '<dependency><groupId>org.openjdk.nashorn</groupId><artifactId>nashorn-core</artifactId><version>15.4</version></dependency>';

const REQUEST = {
  name: 'dolphinscheduler',
  project: `<dependencyManagement><dependencies>
${ONLY_IN_3_1_2.map(artifact => dependency(artifact, '3.1.2')).join('\n')}
${dependency('bom', VERSION, '<type>pom</type><scope>import</scope>')}
</dependencies></dependencyManagement>
<dependencies>${dependency('standalone-server', VERSION)}${JAVASCRIPT}</dependencies>`,
  artifacts: WITH_SOURCES.map(
    artifact => `${GROUP}:dolphinscheduler-${artifact}:${VERSION}:jar:sources`,
  ),
};

/** The standalone server's classpath. */
export function classpath(machine: Machine, report: (text: string) => void): Promise<string[]> {
  return mavenClasspath(machine, REQUEST, report);
}

/** A file that only a sources jar has. */
export async function fromSources(jars: string[], artifact: string, file: string): Promise<string> {
  const archive = await readFile(sourcesJar(jars, `dolphinscheduler-${artifact}`));
  const content = unzipSync(archive, { filter: entry => entry.name === file })[file];
  if (!content) throw new Error(`${file} isn't in the sources of dolphinscheduler-${artifact}`);
  return strFromU8(content);
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import pLimit from 'p-limit';
import type { Machine } from './machine';
import { run } from './run';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
// Two Mavens that write one local repository at once can leave a broken jar behind.
const oneAtATime = pLimit(1);

/** What is wanted from Maven Central. */
export interface MavenRequest {
  name: string;
  /** The `<project>`'s inside: dependencyManagement and dependencies. */
  project: string;
  /** Further artifacts, `group:artifact:version:packaging:classifier`, that aren't on the classpath. */
  artifacts?: string[];
}

/**
 * Resolves a project's runtime classpath. The jars stay in Maven's own local repository; what was resolved
 * is remembered in the cache, so that the next start asks nobody.
 */
export async function mavenClasspath(
  machine: Machine,
  request: MavenRequest,
  report: (text: string) => void,
): Promise<string[]> {
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12);
  const folder = join(machine.cache, 'maven');
  const resolved = join(folder, `${request.name}-${digest}.classpath`);
  const known = await readFile(resolved, 'utf8').then(
    text => text.trim().split(delimiter),
    () => [],
  );
  if (known.length > 0 && known.every(jar => existsSync(jar))) return known;
  return oneAtATime(async () => {
    const mvn = await machine.need('mvn', 'maven', report);
    await mkdir(folder, { recursive: true });
    const pom = join(folder, `${request.name}-${digest}.xml`);
    await writeFile(
      pom,
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>${request.name}</artifactId><version>1</version><packaging>pom</packaging>
${request.project}</project>`,
    );
    report(`${request.name}: downloading from Maven Central`);
    // Another process may resolve the same at the same time.
    const output = `${resolved}.${process.pid}.part`;
    const log = join(folder, `${request.name}.log`);
    await run(
      mvn,
      [
        '-q',
        '-B',
        '-f',
        pom,
        `${PLUGIN}:build-classpath`,
        '-DincludeScope=runtime',
        `-Dmdep.outputFile=${output}`,
      ],
      { log, limit: 1800 },
    );
    for (const artifact of request.artifacts ?? []) {
      await run(
        mvn,
        ['-q', '-B', `${PLUGIN}:get`, '-Dtransitive=false', `-Dartifact=${artifact}`],
        { log },
      );
    }
    await rename(output, resolved);
    return (await readFile(resolved, 'utf8')).trim().split(delimiter);
  });
}

/** An archive of Maven Central that is used unpacked. */
export interface MavenArchive {
  name: string;
  version: string;
  /** `group:artifact:version:packaging:classifier`. */
  artifact: string;
}

/** Brings an archive into the cache, once, and gives its folder. */
export async function mavenArchive(
  machine: Machine,
  { name, version, artifact }: MavenArchive,
  report: (text: string) => void,
): Promise<string> {
  const folder = join(machine.cache, 'maven', `${name}-${version}`);
  if (existsSync(folder)) return folder;
  return oneAtATime(async () => {
    const mvn = await machine.need('mvn', 'maven', report);
    // Half an archive is none; another process may unpack the same at the same time.
    const part = `${folder}.${process.pid}.part`;
    await mkdir(part, { recursive: true });
    report(`${name}: downloading from Maven Central`);
    const log = join(machine.cache, 'maven', `${name}.log`);
    await run(mvn, ['-q', '-B', `${PLUGIN}:get`, '-Dtransitive=false', `-Dartifact=${artifact}`], {
      cwd: part,
      log,
      limit: 1800,
    });
    await run(
      mvn,
      ['-q', '-B', `${PLUGIN}:unpack`, `-Dartifact=${artifact}`, `-DoutputDirectory=${part}`],
      { cwd: part, log },
    );
    await rename(part, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  });
}

/** The path of an artifact's sources jar beside one of its jars on a classpath. */
export function sourcesJar(classpath: string[], artifact: string): string {
  const jar = classpath.find(path => new RegExp(`/${artifact}-[\\d.]+\\.jar$`).test(path));
  if (!jar) throw new Error(`${artifact} isn't on the classpath`);
  return jar.replace(/\.jar$/, '-sources.jar');
}

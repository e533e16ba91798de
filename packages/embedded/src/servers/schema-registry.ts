import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { jvmArguments } from '../machine/java';
import type { Machine } from '../machine/machine';
import { mavenArchive } from '../machine/maven';
import type { ProcessSpec, ServerContext, ServerDefinition } from '../server';

const VERSION = '2.6.13.Final';
const ARCHIVE = {
  name: 'apicurio-registry',
  version: VERSION,
  artifact: `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`,
};
/** Confluent's API, as it serves it. */
const API = '/apis/ccompat/v7';
const REQUEST_MS = 2_000;

/** @public */
export interface SchemaRegistryProcessOptions {
  machine: Machine;
  /** Its own: data below `data`. */
  folder: string;
  port: number;
}

/**
 * How a schema registry is started.
 *
 * @public
 */
export async function schemaRegistryProcess(
  { machine, folder, port }: SchemaRegistryProcessOptions,
  report: (text: string) => void,
): Promise<ProcessSpec> {
  const java = await machine.java(report);
  const home = await mavenArchive(machine, ARCHIVE, report);
  mkdirSync(join(folder, 'data'), { recursive: true });
  // Each write is on disk before it is confirmed: an id that somebody has been told must never mean another schema.
  const database = `jdbc:h2:file:${join(folder, 'data', 'registry')};WRITE_DELAY=0`;
  return {
    command: java,
    args: [
      ...jvmArguments({ heapMb: 256, archive: join(folder, 'classes.jsa') }),
      ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`],
      ...['-Dquarkus.log.level=WARN', `-Dquarkus.datasource.jdbc.url=${database}`],
      ...['-jar', join(home, `apicurio-registry-app-${VERSION}-runner.jar`)],
    ],
    cwd: folder,
  };
}

/**
 * Apicurio Registry 2.6: Confluent's API below its endpoint's URL, kept in a file of its own. It asks nobody who they are.
 *
 * @public
 */
export const schemaRegistry: ServerDefinition = {
  name: 'schema-registry',
  title: 'schema registry (Apicurio 2.6)',
  dependsOn: [],
  startLimit: 120,

  async install(machine, report) {
    await machine.java(report);
    await mavenArchive(machine, ARCHIVE, report);
  },

  async endpoint({ port }) {
    const number = await port('http');
    return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}${API}` };
  },

  async start({ machine, folder, endpoint, report }: ServerContext) {
    return schemaRegistryProcess({ machine, folder, port: endpoint.port }, report);
  },

  async probe({ endpoint }) {
    await axios.get(`${endpoint.url}/subjects`, { timeout: REQUEST_MS, proxy: false });
  },
};

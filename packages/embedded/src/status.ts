import { existsSync, readFileSync } from 'node:fs';
import { Endpoints } from './endpoints';
import type { Home } from './home';
import { Machine } from './machine/machine';
import { isAlive, memoryMb } from './processes';
import type { ServerRecord, SupervisorOptions } from './supervisor';

/** One server as `status --json` shows it. @public */
export interface ServerStatus {
  name: string;
  port: number;
  url: string;
  /** null: not running, or the user's own server. */
  pid: number | null;
  healthy: boolean;
  /** Resident memory in MB; null when it can't be told. */
  memory_mb: number | null;
}

function recordsOf(home: Home): ServerRecord[] {
  const file = home.file('run', 'servers.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ServerRecord[]) : [];
}

/** The names of the servers that the platform of a home has begun to start; none once it is down. @public */
export function startedServers(home: Home): string[] {
  return recordsOf(home).map(({ name }) => name);
}

/** Looks at each server of a home: is its process there, does it answer? @public */
export async function serverStatus({
  home,
  servers,
  external,
}: Pick<SupervisorOptions, 'home' | 'servers' | 'external'>): Promise<ServerStatus[]> {
  const records = recordsOf(home);
  const endpoints = new Endpoints(home, new Machine(), external ?? {}, () => {});
  const result: ServerStatus[] = [];
  for (const server of servers) {
    const context = await endpoints.context(server, true);
    const recorded = records.find(({ name }) => name === server.name)?.pid;
    const pid = recorded !== undefined && isAlive(recorded) ? recorded : null;
    const reachable = pid !== null || endpoints.externalOf(server) !== undefined;
    result.push({
      name: server.name,
      port: context.endpoint.port,
      url: context.endpoint.url,
      pid,
      healthy:
        reachable &&
        (await server.probe(context).then(
          () => true,
          () => false,
        )),
      memory_mb: pid === null ? null : (memoryMb(pid) ?? null),
    });
  }
  return result;
}

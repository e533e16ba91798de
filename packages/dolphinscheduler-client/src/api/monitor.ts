import { z } from 'zod';
import type { DatabaseState, DolphinSchedulerClient, ServerHealth, ServerState } from '../client';
import type { Dialect } from '../dialects/dialect';
import { refuse } from '../dialects/forms';
import { ClientError } from '../errors';
import type { Requester } from '../http/requester';
import { jsonText, textOrEmpty } from '../http/shapes';
import { parseMetrics } from './metrics';

const heartbeat = jsonText(z.record(z.string(), z.unknown()), {});
const UNKNOWN = -1;

const numberIn = (values: Record<string, unknown>, name: string) =>
  typeof values[name] === 'number' ? values[name] : UNKNOWN;

const serverState: z.ZodType<ServerState> = z
  .object({
    host: z.string(),
    port: z.number(),
    createTime: textOrEmpty,
    lastHeartbeatTime: textOrEmpty,
    // 3.1 and 3.2, and later.
    resInfo: heartbeat,
    heartBeatInfo: heartbeat,
  })
  .transform(({ resInfo, heartBeatInfo, ...fields }) => {
    const values = { ...resInfo, ...heartBeatInfo };
    return {
      ...fields,
      cpuUsage: numberIn(values, 'cpuUsage'),
      memoryUsage: numberIn(values, 'memoryUsage'),
      heartbeat: values,
    };
  });

const databaseState: z.ZodType<DatabaseState> = z
  .object({
    dbType: z.string(),
    state: z.string(),
    maxConnections: z.number(),
    threadsConnections: z.number(),
    threadsRunningConnections: z.number(),
  })
  .transform(({ dbType, state, maxConnections, ...threads }) => ({
    type: dbType,
    healthy: state === 'YES',
    maxConnections,
    connections: threads.threadsConnections,
    runningConnections: threads.threadsRunningConnections,
  }));

const health: z.ZodType<ServerHealth> = z
  .object({
    status: z.string(),
    components: z.record(z.string(), z.object({ status: z.string() })).nullish(),
  })
  .transform(({ status, components }) => ({
    up: status === 'UP',
    status,
    components: Object.fromEntries(
      Object.entries(components ?? {}).map(([name, part]) => [name, part.status]),
    ),
  }));

export function createMonitor(
  http: Requester,
  { monitors }: Dialect,
): DolphinSchedulerClient['monitor'] {
  const servers = (kind: string) =>
    http.send({ method: 'GET', path: `/monitor/${kind}` }, z.array(serverState));
  const unexpected = (path: string, status: number, what: string) =>
    new ClientError('CLIENT_UNEXPECTED_ANSWER', `HTTP status ${status} ${what}`, {
      endpoint: `GET ${path}`,
      todo: 'Check that the server shows it without a login, and that no proxy keeps it back.',
    });
  return {
    masters: () => servers(monitors.masters),
    workers: () => servers(monitors.workers),
    async alertServers() {
      if (monitors.alertServers !== undefined) return servers(monitors.alertServers);
      return refuse(
        "this server doesn't know how its alert servers are",
        'GET /monitor',
        'Look at the alert servers themselves.',
      );
    },
    databases: () =>
      http.send({ method: 'GET', path: '/monitor/databases' }, z.array(databaseState)),
    async health() {
      const path = '/actuator/health';
      // One that is down says so with HTTP status 503.
      const { status, text } = await http.sendOpen({ method: 'GET', path });
      try {
        return health.parse(JSON.parse(text));
      } catch {
        throw unexpected(path, status, "isn't an answer about the server's health");
      }
    },
    async metrics() {
      const path = '/actuator/prometheus';
      const { status, text } = await http.sendOpen({ method: 'GET', path, accept: 'text/plain' });
      const samples = status === 200 ? parseMetrics(text) : undefined;
      if (samples) return samples;
      throw unexpected(path, status, 'without metrics in the text format of Prometheus');
    },
  };
}

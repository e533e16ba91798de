import { createAlerts } from './api/alerts';
import { createAudit } from './api/audit';
import { createDatasources } from './api/datasources';
import { createEnvironments } from './api/environments';
import { createMonitor } from './api/monitor';
import { createProjectParameters } from './api/project-parameters';
import { createProjects } from './api/projects';
import { createQueues } from './api/queues';
import { createRuns } from './api/runs';
import { createSchedules } from './api/schedules';
import { createStatistics } from './api/statistics';
import { createTaskGroups } from './api/task-groups';
import { createTenants } from './api/tenants';
import { createUsers, currentUser } from './api/users';
import { createWorkerGroups } from './api/worker-groups';
import { createWorkflows } from './api/workflows';
import type { DolphinSchedulerClient } from './client';
import { detectLine } from './detect-line';
import { dialectFor } from './dialects';
import { Requester } from './http/requester';
import { resolveOptions, type ClientOptions } from './options';

type Method = (...args: never[]) => unknown;

/**
 * Gives each method of a group the deadline and the signal of one operation; but not what an iterator does later,
 * which may take as long as the caller likes.
 */
function withDeadline<G extends object>(group: G, run: <T>(work: () => T) => T): G {
  const wrapped = Object.entries(group as Record<string, Method>).map(([name, method]) => [
    name,
    (...args: never[]) => run(() => method(...args)),
  ]);
  return Object.fromEntries(wrapped) as G;
}

/**
 * Makes a client of one server as one user. Connections are kept and close by themselves: there is nothing
 * to close.
 *
 * @throws ClientError `CLIENT_INVALID` for options that make no sense, `CLIENT_UNSUPPORTED` for a server
 * whose line isn't supported, and what any call may throw while it asks for the line.
 * @public
 */
export async function createClient(options: ClientOptions): Promise<DolphinSchedulerClient> {
  const settings = resolveOptions(options);
  const http = new Requester(settings);
  const run = <T>(work: () => T) => http.operation(work);
  const dialect = dialectFor(options.line ?? (await run(() => detectLine(http))));
  return {
    line: dialect.line,
    capabilities: dialect.capabilities,
    currentUser: () => run(() => currentUser(http)),
    tenants: withDeadline(createTenants(http), run),
    queues: withDeadline(createQueues(http, dialect), run),
    users: withDeadline(createUsers(http), run),
    projects: withDeadline(createProjects(http), run),
    projectParameters: withDeadline(createProjectParameters(http, dialect), run),
    environments: withDeadline(createEnvironments(http), run),
    workerGroups: withDeadline(createWorkerGroups(http, dialect), run),
    alerts: withDeadline(createAlerts(http, dialect), run),
    datasources: withDeadline(createDatasources(http), run),
    taskGroups: withDeadline(createTaskGroups(http, dialect), run),
    resources: withDeadline(dialect.resources(http), run),
    statistics: withDeadline(createStatistics(http, dialect), run),
    audit: withDeadline(createAudit(http, dialect), run),
    monitor: withDeadline(createMonitor(http, dialect), run),
    workflows: withDeadline(createWorkflows(http, dialect), run),
    schedules: withDeadline(createSchedules(http, dialect), run),
    runs: withDeadline(createRuns(http, dialect), run),
  };
}

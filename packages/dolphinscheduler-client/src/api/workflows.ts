import { z } from 'zod';
import type { DolphinSchedulerClient, WorkflowDefinition, WorkflowDefinitionSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';
import { orAbsent } from './absent';
import { createOnce } from './create-once';
import { createDependants } from './dependants';

const NO_SUCH_DEFINITION = [50003];

/** All that is right in the answer to a creation. */
const created = z.object({ code: z.number() });

function taskCodes(tasks: readonly { code: number }[]): string {
  return tasks
    .map(task => task.code)
    .sort((a, b) => a - b)
    .join();
}

const isSame = (found: WorkflowDefinition, spec: WorkflowDefinitionSpec) =>
  found.description === spec.description && taskCodes(found.tasks) === taskCodes(spec.tasks);

async function newestFirst<T extends { version: number }>(versions: Promise<T[]>): Promise<T[]> {
  return (await versions).sort((one, other) => other.version - one.version);
}

/** The tenant's id is in such an answer only where the line keeps tenants on definitions (3.1). */
const tenantOf = z.object({ workflowDefinition: z.object({ tenantId: z.number().nullish() }) });

async function getAll(
  http: Requester,
  { terms, shapes, capabilities }: Dialect,
  projectCode: number,
  get: DolphinSchedulerClient['workflows']['get'],
): Promise<WorkflowDefinition[]> {
  const rows = await http.send(
    { method: 'GET', path: `/projects/${projectCode}/${terms.definitions}/all` },
    z.array(z.intersection(shapes.definition, terms.rows(tenantOf))).nullish(),
  );
  const found = (rows ?? []).map(({ workflowDefinition, ...definition }) => ({
    definition: definition as WorkflowDefinition,
    tenantId: workflowDefinition.tenantId ?? 0,
  }));
  if (!capabilities.tenantOnDefinition) return found.map(({ definition }) => definition);
  // Only a single definition's answer says the tenant's code, and everybody may ask for that.
  const codes = new Map<number, string>();
  for (const { definition, tenantId } of found) {
    if (tenantId <= 0 || codes.has(tenantId)) continue;
    codes.set(tenantId, (await get(projectCode, definition.code))?.tenantCode ?? '');
  }
  return found.map(({ definition, tenantId }) => ({
    ...definition,
    tenantCode: codes.get(tenantId) ?? '',
  }));
}

export function createWorkflows(
  http: Requester,
  dialect: Dialect,
): DolphinSchedulerClient['workflows'] {
  const { terms, forms, shapes } = dialect;
  const paths = (projectCode: number) => `/projects/${projectCode}/${terms.definitions}`;
  const get = (projectCode: number, code: number) =>
    orAbsent(
      NO_SUCH_DEFINITION,
      http.send({ method: 'GET', path: `${paths(projectCode)}/${code}` }, shapes.definition),
    );
  const list = (projectCode: number, query?: Fields) =>
    readAll(http, paths(projectCode), shapes.definitionSummary, query);
  // The server's own query-by-name finds nothing whose creator has no tenant.
  const findByName = async (projectCode: number, name: string) => {
    const rows = await list(projectCode, named(name));
    const found = rows.find(row => row.name === name);
    return found && get(projectCode, found.code);
  };
  return {
    list: projectCode => list(projectCode),
    listAll: projectCode =>
      eachRow(http, paths(projectCode), shapes.definitionSummary, ({ code }) => code),
    get,
    getAll: projectCode => getAll(http, dialect, projectCode, get),
    findByName,
    create: (projectCode, spec) =>
      createOnce<WorkflowDefinition, { code: number }>(http, {
        what: `workflow "${spec.name}"`,
        send: () =>
          http.send(
            { method: 'POST', path: paths(projectCode), form: forms.definition(spec) },
            created,
          ),
        find: () => findByName(projectCode, spec.name),
        isOurs: found => isSame(found, spec),
      }),
    // Not repeatable: a second time it makes another version.
    update: (projectCode, code, spec) =>
      http.command({
        method: 'PUT',
        path: `${paths(projectCode)}/${code}`,
        form: forms.definition(spec),
      }),
    release: (projectCode, code, state) =>
      http.command({
        method: 'POST',
        path: `${paths(projectCode)}/${code}/release`,
        form: { releaseState: state },
        repeatable: true,
      }),
    delete: (projectCode, code) =>
      http.command({ method: 'DELETE', path: `${paths(projectCode)}/${code}`, repeatable: true }),
    // Never `versions/<number>`, which switches the definition to that version.
    versions: (projectCode, code) =>
      newestFirst(
        readAll(http, `${paths(projectCode)}/${code}/versions`, shapes.definitionVersion),
      ),
    taskVersions: (projectCode, taskCode) =>
      newestFirst(
        readAll(
          http,
          `/projects/${projectCode}/task-definition/${taskCode}/versions`,
          shapes.taskVersion,
        ),
      ),
    dependants: createDependants(http, dialect),
  };
}

import type { DolphinSchedulerClient, WorkflowDefinition, WorkflowDefinitionSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const NO_SUCH_DEFINITION = [50003];

function taskCodes(tasks: readonly { code: number }[]): string {
  return tasks
    .map(task => task.code)
    .sort((a, b) => a - b)
    .join();
}

const isSame = (found: WorkflowDefinition, spec: WorkflowDefinitionSpec) =>
  found.description === spec.description && taskCodes(found.tasks) === taskCodes(spec.tasks);

export function createWorkflows(
  http: Requester,
  { terms, forms, shapes }: Dialect,
): DolphinSchedulerClient['workflows'] {
  const paths = (projectCode: number) => `/projects/${projectCode}/${terms.definitions}`;
  const get = (projectCode: number, code: number) =>
    orAbsent(
      NO_SUCH_DEFINITION,
      http.send({ method: 'GET', path: `${paths(projectCode)}/${code}` }, shapes.definition),
    );
  // By name the server leaves the tenant out, so that gives the code only.
  const findByName = async (projectCode: number, name: string) => {
    const path = `${paths(projectCode)}/query-by-name`;
    const found = await orAbsent(
      NO_SUCH_DEFINITION,
      http.send({ method: 'GET', path, query: { name } }, shapes.definition),
    );
    return found && get(projectCode, found.code);
  };
  return {
    list: projectCode =>
      readAll(http, paths(projectCode), shapes.definitionSummary, row => row.code),
    get,
    findByName,
    create: (projectCode, spec) =>
      createOnce(http, {
        what: `workflow "${spec.name}"`,
        send: () =>
          http.command({ method: 'POST', path: paths(projectCode), form: forms.definition(spec) }),
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
  };
}

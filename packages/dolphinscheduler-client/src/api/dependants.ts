import { z } from 'zod';
import type { Dependant } from '../client';
import type { Dialect } from '../dialects/dialect';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';

const NO_SUCH_PROJECT = [10018, 10190];

/** Task types of all lines that run a workflow as a part of their own. */
const SUB_WORKFLOWS = new Set(['SUB_PROCESS', 'SUB_WORKFLOW', 'DYNAMIC']);
/** How those types' parameters name it, on 3.1 and 3.2, and later. */
const SUB_WORKFLOW_FIELDS = ['processDefinitionCode', 'workflowDefinitionCode'];
const DEPENDENT = 'DEPENDENT';
const DEPENDENT_FIELDS = ['definitionCode'];

const task = z.object({
  code: z.number(),
  name: z.string(),
  taskType: z.string(),
  taskParams: z.unknown(),
});

const definition = z.object({
  workflowDefinition: z.object({ code: z.number(), name: z.string() }),
  taskDefinitionList: z
    .array(task)
    .nullish()
    .transform(tasks => tasks ?? []),
});

/** Whether one of these fields, at whatever depth, holds the code; some tools write codes as text. */
function holds(value: unknown, fields: readonly string[], code: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, part]) =>
      (fields.includes(key) && String(part) === String(code)) || holds(part, fields, code),
  );
}

function kindOf(
  { taskType, taskParams }: z.output<typeof task>,
  code: number,
): Dependant['kind'] | undefined {
  if (SUB_WORKFLOWS.has(taskType) && holds(taskParams, SUB_WORKFLOW_FIELDS, code)) {
    return 'SUB_WORKFLOW';
  }
  if (taskType === DEPENDENT && holds(taskParams, DEPENDENT_FIELDS, code)) return DEPENDENT;
  return undefined;
}

/**
 * Reads who uses workflows out of the definitions themselves. The servers' own lists leave some out: 3.1.1's
 * lineages know only DEPENDENT tasks that another task follows, later lines' only DEPENDENT tasks.
 */
export function createDependants(http: Requester, { terms }: Dialect) {
  const read = async (projectCode: number, codes: readonly number[]): Promise<Dependant[]> => {
    const path = `/projects/${projectCode}/${terms.definitions}/all`;
    const shape = z.array(terms.rows(definition)).nullish();
    const found = await orAbsent(NO_SUCH_PROJECT, http.send({ method: 'GET', path }, shape));
    return (found ?? []).flatMap(({ workflowDefinition, taskDefinitionList }) =>
      taskDefinitionList.flatMap(each =>
        codes.flatMap(used => {
          const kind = used === workflowDefinition.code ? undefined : kindOf(each, used);
          if (!kind) return [];
          return {
            used,
            projectCode,
            workflowDefinitionCode: workflowDefinition.code,
            workflowName: workflowDefinition.name,
            taskCode: each.code,
            taskName: each.name,
            kind,
          };
        }),
      ),
    );
  };
  return async (codes: readonly number[], projects?: readonly number[]): Promise<Dependant[]> => {
    if (codes.length === 0) return [];
    const all =
      projects ??
      (await readAll(http, '/projects', z.object({ code: z.number() }))).map(each => each.code);
    const found = await Promise.all(all.map(each => read(each, codes)));
    return found.flat();
  };
}

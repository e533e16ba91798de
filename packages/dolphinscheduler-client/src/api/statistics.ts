import { z } from 'zod';
import type { CountFilter, DefinitionCounts, DolphinSchedulerClient, StateCounts } from '../client';
import type { Dialect } from '../dialects/dialect';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';

const PATH = '/projects/analysis';

const stateCounts = z
  .array(
    // 3.1 calls it the other way, also of a run.
    z.object({
      state: z.string().nullish(),
      taskStateType: z.string().nullish(),
      count: z.number(),
    }),
  )
  .nullish();

const counts: z.ZodType<StateCounts> = z
  .object({
    totalCount: z.number(),
    taskCountDtos: stateCounts,
    taskInstanceStatusCounts: stateCounts,
    workflowInstanceStatusCounts: stateCounts,
  })
  .transform(({ totalCount, ...lists }) => ({
    total: totalCount,
    states: Object.fromEntries(
      Object.values(lists)
        .flatMap(list => list ?? [])
        .map(({ state, taskStateType, count }) => [state ?? taskStateType ?? '', count]),
    ),
  }));

const definitionCounts: z.ZodType<DefinitionCounts> = z
  .object({
    count: z.number(),
    userList: z
      .array(z.object({ userId: z.number(), userName: z.string(), count: z.number() }))
      .nullish(),
  })
  .transform(({ count, userList }) => ({ total: count, users: userList ?? [] }));

const queryOf = ({ projectCode, from, until }: CountFilter): Fields => ({
  projectCode,
  startDate: from,
  endDate: until,
});

export function createStatistics(
  http: Requester,
  { terms }: Dialect,
): DolphinSchedulerClient['statistics'] {
  const count = (what: string, filter: CountFilter) =>
    http.send(
      { method: 'GET', path: `${PATH}/${what}-state-count`, query: queryOf(filter) },
      terms.rows(counts),
    );
  return {
    taskStates: (filter = {}) => count('task', filter),
    workflowStates: (filter = {}) => count(terms.noun, filter),
    definitions: projectCode =>
      http.send(
        { method: 'GET', path: `${PATH}/define-user-count`, query: { projectCode } },
        definitionCounts,
      ),
  };
}

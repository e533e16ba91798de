import { z } from 'zod';
import type { AuditEntry, DolphinSchedulerClient } from '../client';
import type { Dialect } from '../dialects/dialect';
import { refuse } from '../dialects/forms';
import { readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';

const PATH = '/projects/audit/audit-log-list';
const PAGE_SIZE = 200;
/** Before any entry: the server takes an end only with a beginning. */
const EVER = '1970-01-01 00:00:00';
const SECOND_MS = 1_000;

const entry: z.ZodType<AuditEntry> = z
  .object({
    userName: textOrEmpty,
    modelType: textOrEmpty,
    modelName: textOrEmpty,
    operation: textOrEmpty,
    createTime: z.string(),
    description: textOrEmpty,
    detail: textOrEmpty,
  })
  .transform(({ createTime, ...fields }) => ({ ...fields, time: createTime }));

/** A second later, since the server's own times have fractions; both in its zone. */
function justAfter(time: string): string {
  const later = new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + SECOND_MS);
  return later.toISOString().slice(0, 19).replace('T', ' ');
}

export function createAudit(
  http: Requester,
  { capabilities }: Dialect,
): DolphinSchedulerClient['audit'] {
  return {
    async *listAll({ userName, modelTypes, operations, modelName, from, until } = {}) {
      if (!capabilities.auditLog) {
        refuse(
          'this server keeps no audit log',
          `GET ${PATH}`,
          "Look at the versions of workflows, and at the API server's own log.",
        );
      }
      const query = {
        userName,
        modelTypes: modelTypes?.join(),
        operationTypes: operations?.join(),
        modelName,
      };
      const read = (pageNo: number, pageSize: number, startDate?: string, endDate?: string) =>
        readPage(http, PATH, entry, { ...query, startDate, endDate, pageNo, pageSize });
      // Entries have nothing that tells them apart: so that pages don't move while they are read, new ones are
      // left out.
      let end = until;
      if (end === undefined) {
        const [newest] = (await read(1, 1)).rows;
        if (!newest) return;
        end = justAfter(newest.time);
      }
      for (let pageNo = 1; ; pageNo++) {
        const { rows } = await read(pageNo, PAGE_SIZE, from ?? EVER, end);
        yield* rows;
        if (rows.length < PAGE_SIZE) return;
      }
    },
  };
}

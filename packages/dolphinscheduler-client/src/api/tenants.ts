import { z } from 'zod';
import type { DolphinSchedulerClient } from '../client';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { createOnce } from './create-once';

const PATH = '/tenants';
const DEFAULT_QUEUE_ID = 1;

const tenant = z.object({
  id: z.number(),
  tenantCode: z.string(),
  queueId: z.number(),
  description: textOrEmpty,
});

export function createTenants(http: Requester): DolphinSchedulerClient['tenants'] {
  const findRow = async (tenantCode: string) => {
    const rows = await readAll(http, PATH, tenant, named(tenantCode));
    return rows.find(row => row.tenantCode === tenantCode);
  };
  const publicPart = ({ id, tenantCode }: z.output<typeof tenant>) => ({ id, tenantCode });
  return {
    async find(tenantCode) {
      const row = await findRow(tenantCode);
      return row && publicPart(row);
    },
    listAll: () => eachRow(http, PATH, tenant.transform(publicPart), ({ id }) => id),
    async create({ tenantCode, description, queueId = DEFAULT_QUEUE_ID }) {
      const row = await createOnce(http, {
        what: `tenant "${tenantCode}"`,
        send: () =>
          http.command({
            method: 'POST',
            path: PATH,
            form: { tenantCode, description, queueId },
          }),
        find: () => findRow(tenantCode),
        isOurs: found => found.description === description && found.queueId === queueId,
      });
      return publicPart(row);
    },
    delete: id => http.command({ method: 'DELETE', path: `${PATH}/${id}`, repeatable: true }),
  };
}

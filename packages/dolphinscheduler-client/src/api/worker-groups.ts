import { z } from 'zod';
import type { DolphinSchedulerClient } from '../client';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';

const workerGroup = z
  .object({ name: z.string(), addrList: textOrEmpty })
  .transform(({ name, addrList }) => ({
    name,
    addresses: addrList.split(',').filter(address => address !== ''),
  }));

export function createWorkerGroups(http: Requester): DolphinSchedulerClient['workerGroups'] {
  return { list: () => readAll(http, '/worker-groups', workerGroup) };
}

import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { TIME } from './exchange';

export type Row = Record<string, unknown> & { id: number };
export type Coded = Row & { code: number };

/** What the double holds, in the words of 3.3 and later. */
export class Store {
  readonly users: Row[] = [];
  readonly tokens: Row[] = [];
  readonly tenants: Row[] = [];
  readonly queues: Row[] = [];
  readonly workerGroups: Row[] = [];
  readonly projects: Coded[] = [];
  readonly parameters: Coded[] = [];
  readonly environments: Coded[] = [];
  readonly alertGroups: Row[] = [];
  readonly alertInstances: Row[] = [];
  readonly dataSources: Row[] = [];
  readonly taskGroups: Row[] = [];
  readonly definitions: Definition[] = [];
  readonly schedules: Row[] = [];
  readonly instances: Row[] = [];
  readonly tasks: Row[] = [];
  readonly resources = new Map<string, Row>();
  readonly grants: string[] = [];
  /** Newest first. */
  readonly audit: { createTime: string; [field: string]: unknown }[] = [];
  /** How often a trigger's instances aren't there yet (3.2). */
  slowMaster = 0;
  /** Fields of schedules that the server doesn't know (3.4.0 to 3.4.2 are of line 3.4 by their version). */
  withoutMissedFirePolicy = false;
  #ids = 0;

  constructor(readonly line: ServerLine) {
    this.tenants.push({
      id: -1,
      tenantCode: 'default',
      description: 'default tenant',
      queueId: 1,
      createTime: TIME,
      updateTime: TIME,
    });
    this.queues.push({ id: 1, queueName: 'default', queue: 'default' });
    this.users.push({
      id: 1,
      userName: 'admin',
      userPassword: null,
      email: 'admin@example.com',
      phone: '',
      userType: 'ADMIN_USER',
      tenantId: -1,
      tenantCode: 'default',
      state: 1,
      queue: null,
    });
    this.workerGroups.push({
      id: 0,
      name: 'default',
      addrList: '127.0.0.1:1234',
      description: null,
      systemDefault: true,
    });
    this.#ids = 100;
  }

  id(): number {
    return ++this.#ids;
  }

  code(): number {
    return 190_557_000_000_000 + ++this.#ids;
  }
}

export interface Definition extends Coded {
  version: number;
  name: string;
  projectCode: number;
  releaseState: string;
  tasks: Record<string, unknown>[];
  relations: Record<string, unknown>[];
  /** Newest first. */
  versions: Record<string, unknown>[];
}

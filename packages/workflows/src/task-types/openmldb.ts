import { type CommonSettings, defineTaskType } from './define-task-type';
import { oneOf, same, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface OpenmldbSettings extends CommonSettings {
  /** OpenMLDB's ZooKeeper: `host:port`, with commas between several. */
  readonly zooKeeper: string;
  /** Its root in ZooKeeper: `/openmldb`. */
  readonly zooKeeperPath: string;
  /** `offline` works on stored data, `online` on the tables that answer requests. Default `offline`. */
  readonly mode?: 'offline' | 'online';
  /** Statements, with semicolons between. */
  readonly sql: string;
}

/**
 * SQL for OpenMLDB.
 *
 * @public
 */
export function openmldb(settings: OpenmldbSettings): RawTask<OpenmldbSettings> {
  return { raw: 'openmldb', settings };
}

/** Source: OpenmldbParameters and OpenmldbTask of 3.1.1, 3.2.2 and about 3.3.0. */
export const openmldbType = defineTaskType<OpenmldbSettings>({
  name: 'openmldb',
  serverType: 'OPENMLDB',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    zooKeeper: text('zk'),
    zooKeeperPath: text('zkPath'),
    mode: oneOf('executeMode', same('offline', 'online'), { default: 'offline' }),
    sql: text('sql'),
  },
});

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import {
  migrateOps,
  openPostgres,
  type Connections,
  type TaskDefinition,
} from '@dolphinstage/task-kit';
import { runTaskForTest, type TestRun } from '@dolphinstage/task-kit/testing';
import type { Pool } from 'pg';
import type { z } from 'zod';

// Tests run from source.
// eslint-disable-next-line no-restricted-syntax
const PACK_ROOT = join(__dirname, '../..');

/** A database of one suite's own, with the pack's tables, and tasks that run on it. */
export class Ops {
  private constructor(
    readonly db: Pool,
    readonly name: string,
    private readonly admin: Pool,
    private readonly connections: Connections,
  ) {}

  /** @param postgres - the test run's unless told. */
  static async create(postgres = testPlatform().postgres): Promise<Ops> {
    const { kafka } = testPlatform();
    const name = `dq_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const server = { kind: 'postgres', tls: 'off', ...postgres } as const;
    const admin = await openPostgres({ ...server, database: 'postgres' });
    await admin.query(`create database ${name}`);
    const ops = { ...server, database: name };
    const db = await openPostgres(ops);
    await migrateOps(db, [join(PACK_ROOT, 'sql/ops')]);
    return new Ops(db, name, admin, {
      ops,
      kafka: { kind: 'kafka', tls: false, brokers: kafka.brokers },
    });
  }

  run<I extends z.ZodType, O extends z.ZodType>(
    task: TaskDefinition<I, O>,
    input: z.input<I>,
  ): Promise<TestRun<z.output<O>>> {
    return runTaskForTest(task, input, { connections: this.connections, packRoot: PACK_ROOT });
  }

  /** The rows of a query, by column. */
  async rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
    return (await this.db.query<Record<string, unknown>>(sql, values)).rows;
  }

  async close(): Promise<void> {
    await this.db.end();
    await this.admin.query(`drop database ${this.name} with (force)`);
    await this.admin.end();
  }
}

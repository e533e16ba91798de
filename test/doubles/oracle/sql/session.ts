import { Client, type FieldDef, type Pool, type QueryArrayResult } from 'pg';
import { OracleError } from '../errors';
import type { BindValue } from '../ttc/binds';
import { toOracleError } from './oracle-errors';

/** The database that the double's rows come from. */
export interface DatabaseSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface Rows {
  fields: FieldDef[];
  rows: (string | null)[][];
  /** There are no more. */
  exhausted: boolean;
}

interface Cursor {
  /** The transaction that opened it: a rollback takes it along. */
  transaction: number;
  /** Survives a commit. */
  holds: boolean;
}

/**
 * One session of the double in PostgreSQL, with Oracle's habits: a transaction begins by itself with the first
 * change, a failed statement undoes only itself, cursors outlive a commit, and DDL commits.
 */
export class SqlSession {
  private readonly cursors = new Map<string, Cursor>();
  private transaction = 0;
  private open = false;
  private changed = false;
  private cancelled = false;
  private cancelling: Promise<unknown> = Promise.resolve();
  private names = 0;

  private constructor(
    private readonly client: Client,
    private readonly admin: Pool,
    private readonly backend: number,
  ) {}

  /**
   * @param schema - where names without a schema are looked for.
   * @param onLost - called when PostgreSQL ends the connection.
   */
  static async connect(
    settings: DatabaseSettings,
    options: { admin: Pool; schema: string; timeZone?: string; onLost: () => void },
  ): Promise<SqlSession> {
    // Values stay text: the codecs of the wire know Oracle's types, and no digit may get lost.
    const client = new Client({ ...settings, types: { getTypeParser: () => String } });
    client.on('error', options.onLost);
    await client.connect();
    const { rows } = await client.query<{ pid: string }>('SELECT pg_backend_pid() AS pid');
    const session = new SqlSession(client, options.admin, Number(rows[0]!.pid));
    await session.useSchema(options.schema);
    if (options.timeZone) {
      await client.query(
        `SET TIME ZONE INTERVAL ${client.escapeLiteral(options.timeZone)} HOUR TO MINUTE`,
      );
    }
    return session;
  }

  /** There are changes to commit, or a transaction was asked for. */
  get inTransaction(): boolean {
    return this.changed;
  }

  async useSchema(schema: string): Promise<void> {
    const name = this.client.escapeIdentifier(schema.toLowerCase());
    await this.client.query(`SET search_path TO ${name}`);
  }

  /** Opens a cursor and fetches its first rows. */
  async query(
    sql: string,
    values: BindValue[],
    options: { rows: number; locks: boolean },
  ): Promise<Rows & { cursor: string }> {
    const cursor = `c${++this.names}`;
    const holds = !options.locks;
    const first = await this.atomic(async () => {
      await this.run(
        `DECLARE ${cursor} NO SCROLL CURSOR ${holds ? 'WITH HOLD' : ''} FOR ${sql}`,
        values,
      );
      return this.fetchNow(cursor, options.rows);
    });
    if (options.locks) this.changed = true;
    if (!first.exhausted) this.cursors.set(cursor, { transaction: this.transaction, holds });
    await this.settle();
    return { ...first, cursor };
  }

  /**
   * The next rows of a cursor; when there are none left, it is closed.
   *
   * @throws OracleError ORA-01002 when it isn't open any more.
   */
  async fetch(cursor: string, rows: number): Promise<Rows> {
    if (!this.cursors.has(cursor)) throw new OracleError(1002, 'fetch out of sequence');
    const next = await this.atomic(() => this.fetchNow(cursor, rows));
    if (next.exhausted) this.cursors.delete(cursor);
    await this.settle();
    return next;
  }

  async close(cursor: string): Promise<void> {
    if (!this.cursors.delete(cursor)) return;
    await this.client.query(`CLOSE ${cursor}`);
    await this.settle();
  }

  /**
   * Runs a statement once per row of values.
   *
   * @returns how many rows it changed. Where a row fails, those before it stay, as in Oracle.
   */
  async change(sql: string, rows: BindValue[][]): Promise<number> {
    let done = 0;
    let changedRows = 0;
    try {
      await this.atomic(async () => {
        for (; done < rows.length; done++) {
          changedRows += (await this.run(sql, rows[done])).rowCount ?? 0;
        }
      });
    } catch (error) {
      if (done > 0) await this.change(sql, rows.slice(0, done));
      throw error;
    } finally {
      // Also where it failed: PostgreSQL's transaction is open, and only a commit or rollback ends Oracle's.
      this.changed ||= done > 0;
      await this.settle();
    }
    return changedRows;
  }

  /** DDL: it commits what went before, and itself. */
  async define(sql: string): Promise<void> {
    await this.finish('COMMIT');
    try {
      await this.run(sql);
    } catch (error) {
      throw toOracleError(error);
    }
  }

  /** `SET TRANSACTION`: one view of the data until the next commit or rollback. */
  async beginConsistent(readOnly: boolean): Promise<void> {
    if (this.changed) {
      throw new OracleError(1453, 'SET TRANSACTION must be first statement of transaction');
    }
    await this.finish('COMMIT');
    await this.begin(`ISOLATION LEVEL REPEATABLE READ ${readOnly ? 'READ ONLY' : ''}`);
    this.changed = true;
  }

  /** Asks PostgreSQL too, so that a pool notices a session whose other half is gone. */
  async ping(): Promise<void> {
    try {
      await this.run('SELECT');
    } catch (error) {
      throw toOracleError(error);
    }
  }

  async commit(): Promise<void> {
    if (this.changed) await this.finish('COMMIT');
  }

  async rollback(): Promise<void> {
    if (this.changed) await this.finish('ROLLBACK');
  }

  /** Stops what is running, from outside; it fails with ORA-01013. */
  cancel(): void {
    this.cancelled = true;
    this.cancelling = this.admin
      .query('SELECT pg_cancel_backend($1)', [this.backend])
      .catch(() => undefined);
  }

  /** Forgets a {@link cancel}, once what it stopped has ended. */
  async resume(): Promise<void> {
    await this.cancelling;
    this.cancelled = false;
  }

  /** Whatever wasn't committed is rolled back. */
  async end(): Promise<void> {
    await this.client.end();
  }

  private async fetchNow(cursor: string, rows: number): Promise<Rows> {
    const result = await this.run(`FETCH FORWARD ${rows} FROM ${cursor}`);
    const exhausted = result.rows.length < rows;
    if (exhausted) await this.run(`CLOSE ${cursor}`);
    return { fields: result.fields, rows: result.rows, exhausted };
  }

  /** What happens inside happens whole or not at all, and leaves the transaction usable. */
  private async atomic<T>(work: () => Promise<T>): Promise<T> {
    if (!this.open) await this.begin('');
    await this.run('SAVEPOINT statement');
    try {
      const result = await work();
      await this.run('RELEASE SAVEPOINT statement');
      return result;
    } catch (error) {
      // A cancellation that is still on its way must not hit the clean-up.
      await this.cancelling;
      await this.undoStatement();
      throw toOracleError(error);
    }
  }

  private async undoStatement(): Promise<void> {
    try {
      await this.client.query('ROLLBACK TO SAVEPOINT statement');
      await this.settle();
    } catch {
      // PostgreSQL is gone; the first error already says so.
      this.open = false;
    }
  }

  private async begin(mode: string): Promise<void> {
    await this.run(`BEGIN ${mode}`);
    this.open = true;
    this.transaction += 1;
  }

  private async finish(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    if (!this.open) return;
    let ended = how;
    try {
      await this.client.query(how);
    } catch (error) {
      ended = 'ROLLBACK';
      throw toOracleError(error);
    } finally {
      this.open = false;
      this.changed = false;
      for (const [name, { transaction, holds }] of this.cursors) {
        const survives = transaction < this.transaction || (ended === 'COMMIT' && holds);
        if (!survives) this.cursors.delete(name);
      }
    }
  }

  /** Ends PostgreSQL's transaction where Oracle would have none: it would keep locks and old rows alive. */
  private async settle(): Promise<void> {
    if (!this.changed && this.cursors.size === 0) await this.finish('COMMIT');
  }

  private run(sql: string, values?: BindValue[]): Promise<QueryArrayResult<(string | null)[]>> {
    if (this.cancelled) {
      throw new OracleError(1013, 'user requested cancel of current operation');
    }
    return this.client.query<(string | null)[]>({
      text: sql,
      values: values?.map(value => value ?? null),
      rowMode: 'array',
    });
  }
}

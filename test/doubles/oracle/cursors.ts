import { OracleError } from './errors';
import { parseStatement, type Statement } from './sql/statement';
import type { BindType } from './ttc/binds';
import type { Column } from './ttc/columns';

/** As AUTH_MAX_OPEN_CURSORS says: a client that forgets to close them shall notice. */
const MOST_CURSORS = 300;

/** A statement that a client may run again. */
export interface OracleCursor {
  id: number;
  sql: string;
  statement: Statement;
  bindTypes: BindType[];
  columns: Column[];
  /** The name of the open result in PostgreSQL, while there are rows left. */
  result?: string;
  exhausted: boolean;
}

/** The cursors of one session. */
export class Cursors {
  private readonly known = new Map<number, OracleCursor>();
  private lastId = 0;

  /** A cursor for a statement; the client hears of it once it has run: then {@link keep} it. */
  prepare(sql: string): OracleCursor {
    if (this.known.size >= MOST_CURSORS)
      throw new OracleError(1000, 'maximum open cursors exceeded');
    this.lastId += 1;
    const statement = parseStatement(sql);
    return { id: this.lastId, sql, statement, bindTypes: [], columns: [], exhausted: false };
  }

  keep(cursor: OracleCursor): void {
    this.known.set(cursor.id, cursor);
  }

  /** @throws OracleError ORA-01001. */
  get(id: number): OracleCursor {
    const cursor = this.known.get(id);
    if (!cursor) throw new OracleError(1001, 'invalid cursor');
    return cursor;
  }

  find(id: number): OracleCursor | undefined {
    return this.known.get(id);
  }

  delete(id: number): void {
    this.known.delete(id);
  }
}

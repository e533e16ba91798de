import { formatError, redact } from '@dolphinstage/common';
import type { Pool } from 'pg';
import { databaseFacts, Logon, requestedTimeZone, type Verifier } from './auth';
import { Cursors, type OracleCursor } from './cursors';
import { OracleDoubleError, OracleError } from './errors';
import type { ConnectionFaults } from './faults';
import type { RequestHandler } from './net/connection';
import { inputBinds, isQuery } from './sql/statement';
import { SqlSession, type DatabaseSettings, type Rows } from './sql/session';
import { toOracleError } from './sql/oracle-errors';
import { toColumn } from './ttc/columns';
import { TtcReader } from './ttc/reader';
import {
  readMessage,
  type AuthRequest,
  type ExecuteRequest,
  type Piggyback,
  type Request,
} from './ttc/requests';
import {
  writeDataTypes,
  writeDescription,
  writeEnd,
  writePairs,
  writeProtocol,
  writeRow,
  writeRowHeader,
  writeStatus,
} from './ttc/responses';
import { TtcWriter } from './ttc/writer';

/** So many rows are in memory at a time, whatever the client asks for. */
const ROWS_AT_A_TIME = 500;

export interface SessionOptions {
  id: number;
  service: string;
  user: string;
  password: string;
  verifier: Verifier;
  database: DatabaseSettings;
  admin: Pool;
  faults: ConnectionFaults;
  /** Ends the connection after what was sent. */
  drop: () => void;
}

type Send = (payload: Buffer) => Promise<boolean>;

/** The calls of one client, from logging on to logging off. */
export class Session implements RequestHandler {
  private readonly cursors = new Cursors();
  private readonly out = new TtcWriter();
  private logon?: Logon;
  private sql?: SqlSession;

  constructor(private readonly options: SessionOptions) {}

  async handle(request: Buffer, send: Send): Promise<void> {
    try {
      const message = readMessage(new TtcReader(request), {
        inputBinds,
        isQuery,
        cursor: id => this.cursors.get(id),
      });
      for (const piggyback of message.piggybacks) await this.ride(piggyback);
      await this.answer(message.request, send);
    } catch (error) {
      if (error instanceof OracleDoubleError) throw error;
      if (!(error instanceof OracleError)) log(error);
      // Half an answer is void: the error takes its place.
      this.out.take();
      this.end({ error: toOracleError(error) });
    }
    await send(this.out.take());
  }

  cancel(): void {
    this.sql?.cancel();
  }

  async cancelled(): Promise<Buffer> {
    await this.sql?.resume();
    this.end({ error: new OracleError(1013, 'user requested cancel of current operation') });
    return this.out.take();
  }

  async close(): Promise<void> {
    await this.sql?.end();
  }

  private async ride(piggyback: Piggyback): Promise<void> {
    if (piggyback.kind === 'setSchema') await this.database.useSchema(piggyback.schema);
    if (piggyback.kind !== 'closeCursors' && piggyback.kind !== 'cancelCursors') return;
    for (const id of piggyback.cursors) {
      const cursor = this.cursors.find(id);
      if (cursor) await this.closeResult(cursor);
      if (piggyback.kind === 'closeCursors') this.cursors.delete(id);
    }
  }

  private async answer(request: Request, send: Send): Promise<void> {
    switch (request.kind) {
      case 'protocol':
        return writeProtocol(this.out);
      case 'dataTypes':
        return writeDataTypes(this.out);
      case 'authPhaseOne':
        return this.challenge(request);
      case 'authPhaseTwo':
        return this.logOn(request);
      case 'execute':
        return this.execute(request, send);
      case 'fetch':
        return this.fetch(this.cursors.get(request.cursor), request.rows, send);
      case 'commit':
        await this.database.commit();
        return this.done();
      case 'rollback':
        await this.database.rollback();
        return this.done();
      case 'ping':
        await this.database.ping();
        return this.done();
      case 'logoff':
        return this.done();
      default:
        return request satisfies never;
    }
  }

  private challenge(request: AuthRequest): void {
    const known = request.user === this.options.user.toUpperCase();
    // An unknown user gets a riddle too, so that nobody can tell which users exist.
    this.logon = new Logon(this.options.verifier, known ? this.options.password : undefined);
    writePairs(this.out, this.logon.challenge());
    this.done();
  }

  private async logOn(request: AuthRequest): Promise<void> {
    if (!this.logon) throw new OracleError(1017, 'invalid username/password; logon denied');
    const proof = this.logon.verify(request.values);
    const { id, service, database, admin, user, drop } = this.options;
    this.sql = await SqlSession.connect(database, {
      admin,
      schema: user,
      timeZone: requestedTimeZone(request.values),
      onLost: drop,
    });
    writePairs(this.out, [proof, ...databaseFacts(id, service)]);
    this.done();
  }

  private async execute(request: ExecuteRequest, send: Send): Promise<void> {
    const cursor = this.cursorFor(request);
    if (request.bindTypes) cursor.bindTypes = request.bindTypes;
    const { statement } = cursor;
    const sql = statement.render(cursor.bindTypes);
    let rows = 0;
    switch (statement.kind) {
      case 'query':
        return this.query(cursor, request, send);
      case 'dml':
        rows = await this.database.change(sql, request.rows);
        break;
      case 'ddl':
        await this.database.define(sql);
        break;
      case 'commit':
        await this.database.commit();
        break;
      case 'rollback':
        await this.database.rollback();
        break;
      case 'transaction':
        await this.database.beginConsistent(/\bREAD\s+ONLY\b/i.test(sql));
        break;
      case 'session':
        await this.alterSession(sql);
        break;
      default:
        return statement.kind satisfies never;
    }
    if (request.commit) await this.database.commit();
    this.cursors.keep(cursor);
    return this.end({ cursor: cursor.id, rows });
  }

  private cursorFor({ cursor, sql }: ExecuteRequest): OracleCursor {
    return sql === undefined ? this.cursors.get(cursor) : this.cursors.prepare(sql);
  }

  private async query(cursor: OracleCursor, request: ExecuteRequest, send: Send): Promise<void> {
    await this.closeResult(cursor);
    const isNew = request.sql !== undefined;
    const wanted = Math.min(request.prefetch, ROWS_AT_A_TIME, this.options.faults.rowsUntilFault);
    const first = await this.database.query(
      cursor.statement.render(cursor.bindTypes),
      // A description alone comes without values.
      request.run ? (request.rows[0] ?? []) : new Array(inputBinds(cursor.sql)).fill(undefined),
      { rows: request.run ? wanted : 0, locks: cursor.statement.locks },
    );
    cursor.columns = first.fields.map(toColumn);
    cursor.exhausted = first.exhausted;
    cursor.result = first.exhausted ? undefined : first.cursor;
    this.cursors.keep(cursor);
    if (isNew) writeDescription(this.out, cursor.columns);
    if (!request.run) {
      await this.closeResult(cursor);
      return this.end({ cursor: cursor.id });
    }
    if (request.prefetch === 0) return this.end({ cursor: cursor.id });
    writeRowHeader(this.out);
    await this.sendRows(cursor, first, send);
    return this.sendMore(cursor, request.prefetch - first.rows.length, send);
  }

  private async fetch(cursor: OracleCursor, rows: number, send: Send): Promise<void> {
    if (!cursor.exhausted && cursor.result === undefined) {
      throw new OracleError(1002, 'fetch out of sequence');
    }
    writeRowHeader(this.out);
    return this.sendMore(cursor, rows, send);
  }

  /** Sends up to so many rows in small parts, at the pace of the client. */
  private async sendMore(cursor: OracleCursor, rows: number, send: Send): Promise<void> {
    let left = rows;
    while (left > 0 && cursor.result !== undefined) {
      const wanted = Math.min(left, ROWS_AT_A_TIME, this.options.faults.rowsUntilFault);
      const next = await this.database.fetch(cursor.result, wanted);
      if (next.exhausted) {
        cursor.exhausted = true;
        cursor.result = undefined;
      }
      if (!(await this.sendRows(cursor, next, send))) return undefined;
      left -= next.rows.length;
    }
    return this.end({ cursor: cursor.id, rows: rows - left, exhausted: cursor.exhausted });
  }

  /** False: nobody waits for more. */
  private async sendRows(cursor: OracleCursor, { rows }: Rows, send: Send): Promise<boolean> {
    for (const row of rows) writeRow(this.out, cursor.columns, row);
    const listening = await send(this.out.take());
    if (!this.options.faults.sent(rows.length)) return listening;
    this.options.drop();
    return false;
  }

  private async closeResult(cursor: OracleCursor): Promise<void> {
    if (cursor.result !== undefined) await this.database.close(cursor.result);
    cursor.result = undefined;
    cursor.exhausted = false;
  }

  /** Only the schema matters here; formats and the like are PostgreSQL's own, and are left alone. */
  private async alterSession(sql: string): Promise<void> {
    const schema = /\bCURRENT_SCHEMA\s*=\s*"?(\w+)"?/i.exec(sql)?.[1];
    if (schema) await this.database.useSchema(schema);
  }

  private get database(): SqlSession {
    if (!this.sql) throw new OracleError(1012, 'not logged on');
    return this.sql;
  }

  private done(): void {
    writeStatus(this.out, this.sql?.inTransaction ?? false);
  }

  private end(end: {
    cursor?: number;
    rows?: number;
    exhausted?: boolean;
    error?: OracleError;
  }): void {
    writeEnd(this.out, { ...end, transactionOpen: this.sql?.inTransaction ?? false });
  }
}

function log(error: unknown): void {
  process.stderr.write(`${redact(formatError(error))}\n`);
}

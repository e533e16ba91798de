import { readBindRow, readBindType, type BindType, type BindValue } from './binds';
import { Call, ExecuteFlag, ExecuteOption, MessageType, ReexecuteFlag } from './constants';
import { broken, type TtcReader } from './reader';
import { unimplemented } from '../errors';

/** What rides before a call in the same message. */
export type Piggyback =
  | { kind: 'closeCursors' | 'cancelCursors'; cursors: number[] }
  | { kind: 'setSchema'; schema: string }
  /** Module, action and the like: for monitoring only. */
  | { kind: 'setAttributes' };

export interface ExecuteRequest {
  kind: 'execute';
  /** 0 for a statement that has no cursor yet. */
  cursor: number;
  /** Absent where the cursor's statement runs again. */
  sql?: string;
  /** False when only a description is wanted. */
  run: boolean;
  /** How many rows the answer may hold already. */
  prefetch: number;
  commit: boolean;
  /** Absent in a re-execution: the types are as before. */
  bindTypes?: BindType[];
  rows: BindValue[][];
}

export interface AuthRequest {
  kind: 'authPhaseOne' | 'authPhaseTwo';
  user: string;
  values: Map<string, string>;
}

export type Request =
  | { kind: 'protocol' | 'dataTypes' | 'commit' | 'rollback' | 'ping' | 'logoff' }
  | AuthRequest
  | ExecuteRequest
  | { kind: 'fetch'; cursor: number; rows: number };

export interface Message {
  piggybacks: Piggyback[];
  request: Request;
}

/** What a statement's text and a cursor's past say about binds: needed to read a message at all. */
export interface StatementFacts {
  /** Of the values that travel to the server; `RETURNING … INTO` variables don't. */
  inputBinds(sql: string): number;
  isQuery(sql: string): boolean;
  cursor(id: number): { sql: string; bindTypes: BindType[] };
}

/**
 * Reads one complete message of a client.
 *
 * @throws OracleDoubleError `ORACLE_DOUBLE_PROTOCOL`; OracleError ORA-03001 for what is understood but not done.
 */
export function readMessage(reader: TtcReader, facts: StatementFacts): Message {
  const piggybacks: Piggyback[] = [];
  for (;;) {
    const type = reader.byte();
    if (type === MessageType.protocol) return { piggybacks, request: { kind: 'protocol' } };
    if (type === MessageType.dataTypes) return { piggybacks, request: { kind: 'dataTypes' } };
    const call = reader.byte();
    reader.skip(1); // sequence number
    if (type === MessageType.piggyback) piggybacks.push(readPiggyback(reader, call));
    else if (type === MessageType.function) {
      return { piggybacks, request: readCall(reader, call, facts) };
    } else throw broken(`a message of type ${type}`);
  }
}

function readPiggyback(reader: TtcReader, call: number): Piggyback {
  switch (call) {
    case Call.closeCursors:
    case Call.cancelCursors: {
      reader.skip(1);
      const cursors = Array.from({ length: reader.integer() }, () => reader.integer());
      return { kind: call === Call.closeCursors ? 'closeCursors' : 'cancelCursors', cursors };
    }
    case Call.setSchema:
      reader.skip(1);
      reader.integer();
      return { kind: 'setSchema', schema: reader.text() };
    case Call.setEndToEndAttributes:
      readAttributes(reader);
      return { kind: 'setAttributes' };
    default:
      throw broken(`the piggyback ${call}`);
  }
}

/** First all the lengths, then the texts of those that have one. */
function readAttributes(reader: TtcReader): void {
  reader.skip(2);
  reader.integer(); // which of them
  const lengths: number[] = [];
  const announce = () => {
    reader.skip(1);
    lengths.push(reader.integer());
  };
  for (let i = 0; i < 4; i++) announce(); // client identifier, module, action, context
  reader.skip(1);
  reader.integer();
  announce(); // client info
  for (let i = 0; i < 2; i++) {
    reader.skip(1);
    reader.integer();
  }
  announce(); // database operation
  for (const length of lengths) if (length > 0) reader.lengthAndBytes();
}

function readCall(reader: TtcReader, call: number, facts: StatementFacts): Request {
  switch (call) {
    case Call.authPhaseOne:
      return { kind: 'authPhaseOne', ...readAuth(reader) };
    case Call.authPhaseTwo:
      return { kind: 'authPhaseTwo', ...readAuth(reader) };
    case Call.execute:
      return readExecute(reader, facts);
    case Call.reexecute:
    case Call.reexecuteAndFetch:
      return readReexecute(reader, facts, call === Call.reexecuteAndFetch);
    case Call.fetch:
      return { kind: 'fetch', cursor: reader.integer(), rows: reader.integer() };
    case Call.commit:
      return { kind: 'commit' };
    case Call.rollback:
      return { kind: 'rollback' };
    case Call.ping:
      return { kind: 'ping' };
    case Call.logoff:
      return { kind: 'logoff' };
    default:
      throw unimplemented(`call ${call}`);
  }
}

function readAuth(reader: TtcReader): Omit<AuthRequest, 'kind'> {
  const hasUser = reader.byte() === 1;
  reader.skipIntegers(2); // length of the name, mode
  reader.skip(1);
  const pairs = reader.integer();
  reader.skip(2);
  const user = hasUser ? reader.text() : '';
  const values = new Map(Array.from({ length: pairs }, () => reader.keyAndValue()));
  return { user: user.toUpperCase(), values };
}

function readExecute(reader: TtcReader, facts: StatementFacts): ExecuteRequest {
  const options = reader.integer();
  const cursor = reader.integer();
  const hasSql = reader.byte() === 1;
  reader.integer(); // length of the text
  reader.skip(1);
  reader.integer(); // length of the parameters below
  reader.skip(3);
  const prefetch = reader.integer();
  reader.integer(); // longest LONG
  reader.skip(1);
  const binds = reader.integer();
  reader.skip(6);
  reader.skipIntegers(2); // defines, registration
  reader.skip(3);
  reader.integer();
  reader.skip(1);
  reader.skipIntegers(2); // domain name, registration
  skipPointerAndLength(reader, 1); // row counts of array DML
  reader.skip(1);
  skipPointerAndLength(reader, 2); // SQL signature, SQL id
  reader.skip(1);
  skipPointerAndLength(reader, 1); // chunk ids
  const sql = hasSql ? reader.text() : undefined;
  const parameters = Array.from({ length: 13 }, () => reader.integer());
  const executions = parameters[1]!;
  const flags = parameters[9]!;

  if (options & ExecuteOption.define) throw unimplemented('defines, which LOBs need');
  if (options & ExecuteOption.batchErrors) throw unimplemented('batch errors');
  if (flags & ExecuteFlag.dmlRowCounts) throw unimplemented('row counts of array DML');

  const statement = sql ?? facts.cursor(cursor).sql;
  const bindTypes = Array.from({ length: binds }, () => readBindType(reader));
  const inputs = bindTypes.slice(0, facts.inputBinds(statement));
  return {
    kind: 'execute',
    cursor,
    sql,
    run: (options & ExecuteOption.execute) !== 0,
    prefetch: options & ExecuteOption.fetch ? prefetch : 0,
    commit: (options & ExecuteOption.commit) !== 0,
    bindTypes,
    rows: readRows(reader, inputs, facts.isQuery(statement) ? 1 : executions),
  };
}

function readReexecute(reader: TtcReader, facts: StatementFacts, fetches: boolean): ExecuteRequest {
  const cursor = reader.integer();
  const count = reader.integer();
  reader.integer();
  const flags = reader.integer();
  const { sql, bindTypes } = facts.cursor(cursor);
  return {
    kind: 'execute',
    cursor,
    run: true,
    prefetch: fetches ? count : 0,
    commit: (flags & ReexecuteFlag.commit) !== 0,
    rows: readRows(reader, bindTypes, facts.isQuery(sql) ? 1 : count),
  };
}

function readRows(reader: TtcReader, binds: BindType[], count: number): BindValue[][] {
  if (binds.length === 0) return Array.from({ length: count }, () => []);
  return Array.from({ length: count }, () => {
    if (reader.byte() !== MessageType.rowData) throw broken('a row without its mark');
    return readBindRow(reader, binds);
  });
}

function skipPointerAndLength(reader: TtcReader, count: number): void {
  for (let i = 0; i < count; i++) {
    reader.skip(1);
    reader.integer();
  }
}

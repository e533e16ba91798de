/** A request as a handler sees it, in the words of 3.3 and later. */
export interface Exchange {
  /** Path variables and fields together. */
  readonly fields: Readonly<Record<string, string>>;
  /** The uploaded file. */
  readonly file?: Buffer;
  readonly json?: Record<string, unknown>;
}

/** Answers the envelope's data. */
export type Handler = (exchange: Exchange) => unknown;

/** By method and path, in the words of 3.3 and later: `GET /projects/{code}`. */
export type Handlers = Record<string, Handler>;

/** What the real server answers with a code. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** An answer that isn't an envelope. */
export class Plain {
  constructor(readonly text: string) {}
}

export const TIME = '2026-01-01 00:00:00';

/** A row that has the field with this value. */
export function rowOf<Row extends object>(
  rows: readonly Row[],
  field: keyof Row,
  value: string | undefined,
  code: number,
): Row {
  const found = rows.find(row => String(row[field]) === value);
  if (!found) throw new Refusal(code, `${String(field)} ${value ?? ''} does not exist`);
  return found;
}

export function remove<Row>(rows: Row[], row: Row): void {
  rows.splice(rows.indexOf(row), 1);
}

/** A page as every list gives it. */
export function pageOf<Row extends object>(
  rows: readonly Row[],
  fields: Readonly<Record<string, string>>,
  name?: keyof Row,
) {
  const pageNo = Number(fields.pageNo);
  const pageSize = Number(fields.pageSize);
  if (!(pageNo > 0) || !(pageSize > 0)) throw new Refusal(10001, 'request parameter is not valid');
  const fitting = rows.filter(row => !name || String(row[name]).includes(fields.searchVal ?? ''));
  return {
    totalList: fitting.slice((pageNo - 1) * pageSize, pageNo * pageSize),
    total: fitting.length,
    totalPage: Math.max(1, Math.ceil(fitting.length / pageSize)),
    pageSize,
    currentPage: pageNo,
    pageNo: 0,
  };
}

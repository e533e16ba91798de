import { z } from 'zod';
import { ClientError } from '../errors';
import type { Requester } from './requester';
import type { Fields } from './transport';

/** Most lists are shorter. */
const SMALL_LIST = 200;

/**
 * The query field that narrows a list to names that may be this one; callers still compare whole names. The
 * server makes a LIKE pattern of it and spoils some signs, so this is the longest piece without any of them.
 */
export function named(name: string): Fields {
  const pieces = name.split(/[%_\\\s]/);
  const searchVal = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best));
  return { searchVal };
}

/** A page of a list; an empty one may come as null. */
function pageOf<T>(row: z.ZodType<T>) {
  return z.object({
    total: z.number(),
    totalList: z.array(row).nullish(),
  });
}

/** Reads one page, counted from 1. */
export async function readPage<T>(
  http: Requester,
  path: string,
  row: z.ZodType<T>,
  query: Fields & { pageNo: number; pageSize: number },
): Promise<{ total: number; rows: T[] }> {
  const page = await http.send({ method: 'GET', path, query }, pageOf(row));
  return { total: page.total, rows: page.totalList ?? [] };
}

/**
 * Reads a whole list, in one page: rows of the same second have no fixed order, so that several pages
 * would give some rows twice and others never.
 *
 * @throws ClientError `CLIENT_UNEXPECTED_ANSWER` where the server doesn't give all of them.
 */
export async function readAll<T>(
  http: Requester,
  path: string,
  row: z.ZodType<T>,
  query: Fields = {},
): Promise<T[]> {
  const first = await readPage(http, path, row, { ...query, pageNo: 1, pageSize: SMALL_LIST });
  if (first.rows.length < SMALL_LIST) return first.rows;
  // More than there are, since there may be more by then.
  const pageSize = first.total + SMALL_LIST;
  const { total, rows } = await readPage(http, path, row, { ...query, pageNo: 1, pageSize });
  if (rows.length >= total) return rows;
  throw new ClientError(
    'CLIENT_UNEXPECTED_ANSWER',
    `the server gives only ${rows.length} of ${total} rows`,
    { endpoint: `GET ${path}`, todo: 'Try again; if it stays so, report it.' },
  );
}

/**
 * Reads a list of any length, a page at a time while the caller goes through it; each row comes once. Rows that
 * pages have left out, because others went meanwhile or have no fixed order, follow at the end. Outside of an
 * operation each request has a deadline of its own.
 *
 * @param keyOf - What tells rows apart.
 * @throws ClientError
 */
export async function* eachRow<T>(
  http: Requester,
  path: string,
  row: z.ZodType<T>,
  keyOf: (row: T) => number | string,
  query: Fields = {},
): AsyncGenerator<T, void, undefined> {
  const seen = new Set<number | string>();
  const unseen = (rows: readonly T[]) =>
    rows.filter(each => seen.size < seen.add(keyOf(each)).size);
  let atFirst = 0;
  for (let pageNo = 1; ; pageNo++) {
    const page = await readPage(http, path, row, { ...query, pageNo, pageSize: SMALL_LIST });
    if (pageNo === 1) atFirst = page.total;
    const fresh = unseen(page.rows);
    yield* fresh;
    if (page.rows.length >= SMALL_LIST && fresh.length > 0) continue;
    if (seen.size < atFirst) yield* unseen(await readAll(http, path, row, query));
    return;
  }
}

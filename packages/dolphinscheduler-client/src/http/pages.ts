import { z } from 'zod';
import type { Requester } from './requester';
import type { Fields } from './transport';

const PAGE_SIZE = 200;
/** More would be a server that never ends its list. */
const MOST_PAGES = 1_000;
const MOST_READS = 3;

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
export function pageOf<T>(row: z.ZodType<T>) {
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

async function readOnce<T>(
  http: Requester,
  path: string,
  row: z.ZodType<T>,
  query: Fields,
): Promise<{ total: number; rows: T[] }> {
  const rows: T[] = [];
  for (let pageNo = 1; ; pageNo++) {
    const page = await readPage(http, path, row, { ...query, pageNo, pageSize: PAGE_SIZE });
    rows.push(...page.rows);
    if (page.rows.length < PAGE_SIZE || pageNo === MOST_PAGES) return { total: page.total, rows };
  }
}

/**
 * Reads a whole list, each row once. Rows that come or go while it is read shift the pages: then it
 * is read again, three times at most.
 */
export async function readAll<T>(
  http: Requester,
  path: string,
  row: z.ZodType<T>,
  key: (row: T) => number | string,
  query: Fields = {},
): Promise<T[]> {
  for (let read = 1; ; read++) {
    const { total, rows } = await readOnce(http, path, row, query);
    const unique = new Map(rows.map(each => [key(each), each]));
    if (unique.size === total || read === MOST_READS) return [...unique.values()];
  }
}

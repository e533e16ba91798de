import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { registerSecret } from '@dolphinstage/common';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { z } from 'zod';
import type { Contract } from '../contract';
import { WarehouseError } from '../errors';
import type { SourceReader } from './extraction';

const TIMEOUT_MS = 30_000;
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 500;
/** A server that asks for more has the task fail; its retry comes later anyway. */
const LONGEST_WAIT_MS = 60_000;
const DEFAULT_PAGE_ROWS = 1000;

const pageSchema = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  next: z.union([z.string(), z.number(), z.null()]),
  total: z.coerce.number().int().nonnegative(),
});

type Page = z.output<typeof pageSchema>;

/** How an HTTP source is read. */
export interface HttpReaderOptions {
  /** Rows that are in the warehouse or in quarantine already, of which the API's total is not reduced. */
  alreadyLoaded: () => Promise<number>;
  /** Rows a page; 1000 unless told. */
  pageRows?: number;
  signal?: AbortSignal;
}

/**
 * Reads an HTTP API page by page: `GET {path}?after={cursor}&limit={n}` answers `{items, next, total}`. Waits and asks
 * again on 429 and 503 as Retry-After says, and on other 5xx and network faults with growing pauses.
 */
export function httpReader(
  settings: ConnectionSettings<'http'>,
  contract: Contract,
  options: HttpReaderOptions,
): SourceReader {
  return async (writer, from) => {
    const client = createClient(settings);
    const known = new Set(contract.columns.map(column => column.name));
    const cursorColumn = contract.cursor?.column ?? contract.key[0] ?? '';
    let cursor = from.cursor;
    let after = cursor;
    let total = 0;
    do {
      const page = await getPage(client, contract, after, options);
      for (const item of page.items) {
        const unknown = Object.keys(item).filter(name => !known.has(name));
        if (unknown.length > 0) throw mismatch(contract, `unknown: ${unknown.join(', ')}`);
        const id = String(item[cursorColumn]);
        if (cursor !== null && !comesAfter(id, cursor)) {
          throw answer(contract, `item ${id} comes after ${cursor}`);
        }
        cursor = id;
        if (!writer.push(contract.columns.map(column => item[column.name]))) await writer.room();
      }
      total = page.total;
      const next = page.next === null ? null : String(page.next);
      if (next !== null && after !== null && !comesAfter(next, after)) {
        throw answer(contract, `the page after ${after} says that ${next} is next`);
      }
      after = next;
    } while (after !== null);
    return { sourceRows: total - (await options.alreadyLoaded()), cursor };
  };
}

/** Numbers by their value, other cursors by their code units. */
function comesAfter(id: string, other: string): boolean {
  const [a, b] = [Number(id), Number(other)];
  return Number.isFinite(a) && Number.isFinite(b) ? a > b : id > other;
}

function createClient(settings: ConnectionSettings<'http'>): AxiosInstance {
  // Loaded only when used.
  const axios = (require('axios') as typeof import('axios')).default;
  registerSecret(settings.token);
  return axios.create({
    baseURL: settings.baseUrl,
    timeout: TIMEOUT_MS,
    maxContentLength: MAX_PAGE_BYTES,
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: body => body,
    headers: {
      Accept: 'application/json',
      ...(settings.token ? { Authorization: `Bearer ${settings.token}` } : {}),
    },
  });
}

async function getPage(
  client: AxiosInstance,
  contract: Contract,
  after: string | null,
  { pageRows = DEFAULT_PAGE_ROWS, signal }: HttpReaderOptions,
): Promise<Page> {
  const params = { limit: pageRows, ...(after === null ? {} : { after }) };
  for (let attempt = 1; ; attempt++) {
    const response = await client
      .get<string>(contract.object, { params, signal })
      .catch((error: Error) => error);
    if (!(response instanceof Error)) {
      if (response.status === 200) return parsePage(contract, response.data);
      if (!isTransient(response.status)) throw refused(contract, `answered ${response.status}`);
    } else if (signal?.aborted) {
      throw response;
    }
    const pause = pauseAfter(response, attempt);
    if (attempt === ATTEMPTS || pause > LONGEST_WAIT_MS) {
      const what = response instanceof Error ? response.message : `answered ${response.status}`;
      throw refused(contract, `${what}, ${attempt} times`);
    }
    await wait(pause, undefined, { signal });
  }
}

function isTransient(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

/** Milliseconds: what the server asks for, else longer each time, never the same for all. */
function pauseAfter(response: AxiosResponse | Error, attempt: number): number {
  const header =
    response instanceof Error ? undefined : String(response.headers['retry-after'] ?? '');
  if (header) {
    const seconds = Number(header);
    const pause = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
    if (Number.isFinite(pause)) return Math.max(pause, 0);
  }
  return FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

function parsePage(contract: Contract, body: string): Page {
  let json: unknown;
  try {
    // Numbers as they were written: no digit is lost on the way to raw.
    json = JSON.parse(body, (_, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? value) : value,
    );
  } catch {
    throw answer(contract, 'is no JSON');
  }
  const page = pageSchema.safeParse(json);
  if (!page.success) throw answer(contract, z.prettifyError(page.error));
  return page.data;
}

function answer(contract: Contract, what: string): WarehouseError {
  return new WarehouseError('SOURCE_ANSWER', what, {
    where: contract.object,
    todo: 'Tell whoever runs the API.',
  });
}

function refused(contract: Contract, what: string): WarehouseError {
  return new WarehouseError('SOURCE_ANSWER', what, {
    where: contract.object,
    todo: 'Check the base URL and the token of the connection, and whether the API is up.',
  });
}

function mismatch(contract: Contract, what: string): WarehouseError {
  return new WarehouseError('CONTRACT_MISMATCH', what, {
    where: contract.object,
    todo: 'Add the fields to the contract, with a higher x-version.',
  });
}

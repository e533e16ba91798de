import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { BackfillOptions, CallOptions, StartOptions } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError, isClientError } from '../errors';
import { anySignal, currentOperation, deadline, runOperation } from '../http/operation';
import { readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import type { Call } from '../http/transport';
import { startForm } from './start-form';

/** Start parameter that marks an instance as ours; it stays readable in the instance's command. */
const MARK = 'dolphinstage.start';
const PAGE_SIZE = 100;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** How long to look for what a server that said no may have started. */
const DOUBT_MS = 5_000;

/** How a line that answers a start says it. */
export interface StartWords<Answer = never> {
  /** The start parameters as the line takes them. */
  params(params: Readonly<Record<string, string>>): string;
  readonly answer: z.ZodType<Answer>;
  /** The server's codes after which it may have started all the same. */
  readonly doubtful: readonly number[];
  /** The ids of the instances that the answer tells of; none while they aren't there yet. */
  instances(http: Requester, projectCode: number, answer: Answer): Promise<number[]>;
}

/** 3.2 answers the code of a command, of which a master then makes the instance. */
export const STARTS_BY_TRIGGER: StartWords<number | null | undefined> = {
  params: params => JSON.stringify(params),
  answer: z.number().nullish(),
  doubtful: [],
  async instances(http, projectCode, triggerCode) {
    if (triggerCode === null || triggerCode === undefined) return [];
    const path = `/projects/${projectCode}/process-instances/trigger`;
    const rows = z.array(z.object({ id: z.number() })).nullish();
    const found = await http.send({ method: 'GET', path, query: { triggerCode } }, rows);
    return (found ?? []).map(({ id }) => id);
  },
};

/** 3.3 and later make the instance before they answer. */
export const STARTS_BY_ID: StartWords<number[] | null | undefined> = {
  params: params =>
    JSON.stringify(
      Object.entries(params).map(([prop, value]) => ({
        prop,
        direct: 'IN',
        type: 'VARCHAR',
        value,
      })),
    ),
  answer: z.array(z.number()).nullish(),
  // Also where a master took longer than the 3 s that the server waits for it.
  doubtful: [50014],
  instances: (_http, _projectCode, ids) => Promise.resolve(ids ?? []),
};

/** Where the lines keep an instance's start parameters: JSON, in 3.2 with JSON in it. */
const markedInstance = z.object({ commandParam: z.string().nullish() });

/**
 * Starting on lines that answer something. Each start carries a mark all the same, by which its instance is
 * found where the answer got lost.
 */
export function createStarterByAnswer<Answer>(
  http: Requester,
  { terms, shapes, capabilities }: Dialect,
  words: StartWords<Answer>,
) {
  /** The instance that carries the mark, among the newest that weren't looked at yet. */
  async function findByMark(
    projectCode: number,
    definitionCode: number,
    mark: string,
    seen: Set<number>,
  ): Promise<number[]> {
    const path = `/projects/${projectCode}/${terms.instances}`;
    const query = { [terms.instanceFilter]: definitionCode, pageNo: 1, pageSize: PAGE_SIZE };
    const { rows } = await readPage(http, path, shapes.instance, query);
    for (const { id } of rows.filter(row => !seen.has(row.id))) {
      const call: Call = { method: 'GET', path: `${path}/${id}` };
      const { commandParam } = await http.send(call, markedInstance);
      if (commandParam?.includes(mark)) return [id];
      seen.add(id);
    }
    return [];
  }

  /** Looks until there is something, as long as the operation may last. */
  async function first(look: () => Promise<number[]>): Promise<number[]> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      try {
        const ids = await look();
        if (ids.length > 0) return ids;
      } catch (error) {
        // The server may come back.
        if (!isClientError(error, 'CLIENT_UNREACHABLE', 'CLIENT_TIMEOUT', 'CLIENT_SERVER'))
          throw error;
      }
      await http.pause(pause);
    }
  }

  return async (
    projectCode: number,
    options: StartOptions | BackfillOptions,
    { signal }: CallOptions = {},
  ): Promise<number[]> => {
    const mark = randomUUID();
    const call: Call = {
      method: 'POST',
      path: `/projects/${projectCode}/executors/start-${terms.noun}-instance`,
      form: terms.fields({
        ...startForm(options, capabilities),
        tenantCode: options.tenantCode || undefined,
        startParams: words.params({ ...options.params, [MARK]: mark }),
      }),
    };
    let limit = anySignal(
      deadline(http.settings.startTimeoutMs),
      currentOperation()?.signal,
      signal,
    );
    const seen = new Set<number>();
    const byMark = () => findByMark(projectCode, options.workflowDefinitionCode, mark, seen);

    let look = byMark;
    let lost: ClientError | undefined;
    try {
      const answer = await http.send(call, words.answer);
      if (answer !== null && answer !== undefined) {
        look = () => words.instances(http, projectCode, answer);
      }
    } catch (error) {
      if (!isClientError(error)) throw error;
      const doubtful = words.doubtful.includes(error.serverCode ?? 0);
      if (!error.unclear && !doubtful) throw error;
      lost = error;
      if (doubtful) limit = anySignal(limit, deadline(DOUBT_MS));
    }
    try {
      return await runOperation(limit, () => first(look));
    } catch (error) {
      if (!limit.aborted) throw error;
      if (lost) throw lost;
      throw notSeen(`${call.method} ${call.path}`, http, signal);
    }
  };
}

function notSeen(endpoint: string, { settings }: Requester, signal?: AbortSignal): ClientError {
  if (signal?.aborted || settings.signal?.aborted) {
    return new ClientError('CLIENT_ABORTED', 'the caller ended the wait for the new instance', {
      endpoint,
      unclear: true,
      todo: 'The instance may run: look at the list of instances.',
    });
  }
  return new ClientError(
    'CLIENT_TIMEOUT',
    `the start was accepted, but its instance has not appeared in ${settings.startTimeoutMs} ms`,
    {
      endpoint,
      unclear: true,
      todo: 'It may still appear: check that a master server runs, and look at the list of instances before starting again.',
    },
  );
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CallOptions, StartOptions } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError, isClientError } from '../errors';
import { anySignal, currentOperation, deadline, runOperation } from '../http/operation';
import { readPage } from '../http/pages';
import { backoffMs } from '../http/retry';
import type { Requester } from '../http/requester';
import type { Call } from '../http/transport';

/** Start parameter that marks an instance as ours; it stays readable in the instance's command. */
const MARK = 'dolphinstage.start';
const PAGE_SIZE = 100;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** How a line that answers a start says it. */
export interface StartWords {
  /** The start parameters as the line takes them. */
  params(params: Readonly<Record<string, string>>): string;
  /** Reads the answer to a start: the instances' ids, or none while they aren't there yet. */
  instances(
    http: Requester,
    projectCode: number,
    answer: unknown,
    pause: () => Promise<void>,
  ): Promise<number[]>;
}

/** 3.2 and before. */
export const paramsAsObject: StartWords['params'] = params => JSON.stringify(params);

/** 3.3 and later. */
export const paramsAsList: StartWords['params'] = params =>
  JSON.stringify(
    Object.entries(params).map(([prop, value]) => ({
      prop,
      direct: 'IN',
      type: 'VARCHAR',
      value,
    })),
  );

/** 3.3 and later make the instance before they answer. */
export const answeredIds: StartWords['instances'] = (_http, _project, answer) =>
  Promise.resolve(z.array(z.number()).min(1).parse(answer));

/** 3.2 answers the code of a command, of which a master then makes the instance. */
export const answeredTrigger: StartWords['instances'] = async (
  http,
  projectCode,
  answer,
  pause,
) => {
  const triggerCode = z.number().parse(answer);
  const path = `/projects/${projectCode}/process-instances/trigger`;
  const rows = z.array(z.object({ id: z.number() })).nullish();
  for (;;) {
    const found = await http.send({ method: 'GET', path, query: { triggerCode } }, rows);
    if (found?.length) return found.map(({ id }) => id);
    await pause();
  }
};

/** Where the lines keep an instance's start parameters: JSON, in 3.2 with JSON in it. */
const markedInstance = z.object({ commandParam: z.string().nullish() });

/**
 * Starting on lines that answer something. Each start carries a mark all the same, by which its instance is
 * found where the answer got lost.
 */
export function createStarterByAnswer(
  http: Requester,
  { terms, shapes }: Dialect,
  words: StartWords,
) {
  async function findByMark(
    projectCode: number,
    definitionCode: number,
    mark: string,
    pause: () => Promise<void>,
  ): Promise<number> {
    const path = `/projects/${projectCode}/${terms.instances}`;
    const query = { [terms.instanceFilter]: definitionCode, pageNo: 1, pageSize: PAGE_SIZE };
    const seen = new Set<number>();
    for (;;) {
      const { rows } = await readPage(http, path, shapes.instance, query);
      for (const { id } of rows.filter(row => !seen.has(row.id))) {
        const call: Call = { method: 'GET', path: `${path}/${id}` };
        const { commandParam } = await http.send(call, markedInstance);
        if (commandParam?.includes(mark)) return id;
        seen.add(id);
      }
      await pause();
    }
  }

  return async (
    projectCode: number,
    options: StartOptions,
    { signal }: CallOptions = {},
  ): Promise<number> => {
    const mark = randomUUID();
    const call: Call = {
      method: 'POST',
      path: `/projects/${projectCode}/executors/start-${terms.noun}-instance`,
      form: terms.fields({
        workflowDefinitionCode: options.workflowDefinitionCode,
        scheduleTime: '',
        execType: 'START_PROCESS',
        failureStrategy: options.failureStrategy ?? 'CONTINUE',
        warningType: options.warningType ?? 'NONE',
        warningGroupId: options.warningGroupId,
        workflowInstancePriority: options.priority,
        workerGroup: options.workerGroup,
        tenantCode: options.tenantCode,
        environmentCode: options.environmentCode,
        dryRun: options.dryRun ? 1 : 0,
        startParams: words.params({ ...options.params, [MARK]: mark }),
      }),
    };
    const endpoint = `${call.method} ${call.path}`;
    const limit = anySignal(
      deadline(http.settings.startTimeoutMs),
      currentOperation()?.signal,
      signal,
    );
    let look = 0;
    const pause = () =>
      http.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** look++) + backoffMs(0));

    let lost: ClientError | undefined;
    let answer: unknown;
    try {
      answer = await http.send(call, z.unknown());
    } catch (error) {
      if (!isClientError(error) || !error.unclear) throw error;
      lost = error;
    }
    try {
      return await runOperation(limit, async () => {
        if (lost) {
          return findByMark(projectCode, options.workflowDefinitionCode, mark, pause);
        }
        const [id] = await words.instances(http, projectCode, answer, pause);
        return id!;
      });
    } catch (error) {
      if (lost) throw lost;
      if (!limit.aborted) throw error;
      if (signal?.aborted || http.settings.signal?.aborted) {
        throw new ClientError('CLIENT_ABORTED', 'the caller ended the wait for the new instance', {
          endpoint,
          unclear: true,
          todo: 'The instance may run: look at the list of instances.',
        });
      }
      throw new ClientError(
        'CLIENT_TIMEOUT',
        `the start was accepted, but its instance has not appeared in ${http.settings.startTimeoutMs} ms`,
        {
          endpoint,
          unclear: true,
          todo: 'It may still appear: check that a master server runs, and look at the list of instances before starting again.',
        },
      );
    }
  };
}

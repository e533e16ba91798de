import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { BackfillOptions, CallOptions, StartOptions } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError, isClientError } from '../errors';
import { anySignal, currentOperation, deadline } from '../http/operation';
import type { Requester } from '../http/requester';
import type { Call } from '../http/transport';
import { InstanceFinder } from './instance-finder';
import { startForm } from './start-form';

/** Start parameter that marks an instance as ours; it stays readable in the instance's command. */
const MARK = 'dolphinstage.start';

/** Where 3.1 keeps the start parameters of an instance: JSON in JSON. */
const markedInstance = z.object({ commandParam: z.string().nullish() });

function jsonField(text: string | undefined, field: string): string | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = (JSON.parse(text) as Record<string, unknown> | null)?.[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starting on a line that answers nothing: each start carries a mark of its own, and the new instance is
 * the one that carries the same mark. So it is right with any number of starts at once, from any number of
 * processes, and also when the server's answer got lost.
 */
export function createStarterByMark(http: Requester, { terms, shapes, capabilities }: Dialect) {
  const finders = new Map<string, InstanceFinder>();

  function finderOf(projectCode: number, definitionCode: number): InstanceFinder {
    const key = `${projectCode}/${definitionCode}`;
    const existing = finders.get(key);
    if (existing) return existing;
    const path = `/projects/${projectCode}/${terms.instances}`;
    const finder = new InstanceFinder(http, {
      path,
      query: { [terms.instanceFilter]: definitionCode },
      row: shapes.instance,
      async markOf(id) {
        const call: Call = { method: 'GET', path: `${path}/${id}` };
        const { commandParam } = await http.send(call, markedInstance);
        return jsonField(jsonField(commandParam ?? undefined, 'StartParams'), MARK);
      },
      onIdle: () => finders.delete(key),
    });
    finders.set(key, finder);
    return finder;
  }

  return async (
    projectCode: number,
    options: StartOptions | BackfillOptions,
    { signal }: CallOptions = {},
  ): Promise<number[]> => {
    const mark = randomUUID();
    const call: Call = {
      method: 'POST',
      path: `/projects/${projectCode}/executors/start-process-instance`,
      form: terms.fields({
        ...startForm(options, capabilities),
        startParams: JSON.stringify({ ...options.params, [MARK]: mark }),
      }),
    };
    const waiting = await finderOf(projectCode, options.workflowDefinitionCode).expect(mark);
    let lost: ClientError | undefined;
    try {
      await http.command(call);
    } catch (error) {
      if (!isClientError(error) || !error.unclear) {
        waiting.cancel();
        throw error;
      }
      lost = error;
    }
    const limit = anySignal(
      deadline(http.settings.startTimeoutMs),
      currentOperation()?.signal,
      signal,
    );
    const id = await waiting.found(limit);
    if (id !== undefined) return [id];
    if (lost) throw lost;
    if (signal?.aborted || http.settings.signal?.aborted) {
      throw new ClientError('CLIENT_ABORTED', 'the caller ended the wait for the new instance', {
        endpoint: `${call.method} ${call.path}`,
        unclear: true,
        todo: 'The instance may run: look at the list of instances.',
      });
    }
    throw new ClientError(
      'CLIENT_TIMEOUT',
      `the start was accepted, but its instance has not appeared in ${http.settings.startTimeoutMs} ms`,
      {
        endpoint: `${call.method} ${call.path}`,
        unclear: true,
        todo: 'It may still appear: check that a master server runs, and look at the list of instances before starting again.',
      },
    );
  };
}

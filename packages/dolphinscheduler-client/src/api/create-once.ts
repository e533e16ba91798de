import { ClientError, isClientError } from '../errors';
import { backoffMs } from '../http/retry';
import type { Requester } from '../http/requester';

/** How often to look for what an unclear creation may have made. */
const LOOKS = 4;

/** @typeParam T - the result, which may be less than what looking it up finds. */
export interface Creation<F extends T, T = F> {
  /** For people: `workflow "orders"`. */
  what: string;
  /** Sends it, once. Answers what was made, or undefined where the server's answer is incomplete. */
  send(): Promise<NoInfer<T> | undefined | void>;
  find(): Promise<F | undefined>;
  /** Whether what bears the name is what was sent. */
  isOurs(found: F): boolean;
}

/**
 * Creates something that has a name, and answers it as it is there. When the answer is unclear (no answer
 * in time, a broken connection, a proxy's error) it isn't sent again: it is looked for by name, and adopted
 * if it is what was sent.
 *
 * @throws ClientError `CLIENT_NAME_TAKEN`, also where the server only says that it failed.
 */
export async function createOnce<F extends T, T = F>(
  http: Requester,
  creation: Creation<F, T>,
): Promise<T> {
  let made: T | undefined | void;
  try {
    made = await creation.send();
  } catch (error) {
    if (!isClientError(error)) throw error;
    if (error.unclear) return lookFor(http, creation, error);
    if (error.code === 'CLIENT_SERVER' && (await creation.find())) throw taken(creation, error);
    throw error;
  }
  made ??= await creation.find();
  if (made) return made;
  throw new ClientError(
    'CLIENT_UNEXPECTED_ANSWER',
    `${creation.what} was created but isn't there`,
    {
      endpoint: 'look after a creation',
      unclear: true,
      todo: 'Look whether somebody deleted it at once.',
    },
  );
}

async function lookFor<F extends T, T>(
  http: Requester,
  creation: Creation<F, T>,
  error: ClientError,
): Promise<T> {
  for (let look = 0; look < LOOKS; look++) {
    // The looks' own failures are repeated below them; what remains is no better than the first error.
    const found = await creation.find().catch(() => undefined);
    if (found && creation.isOurs(found)) return found;
    if (found) throw taken(creation, error);
    await http.pause(backoffMs(look + 1)).catch(() => {
      throw error;
    });
  }
  throw error;
}

function taken(creation: Pick<Creation<unknown>, 'what'>, cause: ClientError): ClientError {
  return new ClientError('CLIENT_NAME_TAKEN', `${creation.what} is there already`, {
    endpoint: cause.endpoint,
    serverCode: cause.serverCode,
    cause,
    todo: 'Choose another name, or use what has it.',
  });
}

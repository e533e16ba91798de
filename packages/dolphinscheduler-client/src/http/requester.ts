import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { z } from 'zod';
import { ClientError, isClientError } from '../errors';
import type { ResolvedSettings } from '../options';
import { openEnvelope } from './envelope';
import { anySignal, currentOperation, deadline, runOperation, unlessAborted } from './operation';
import { backoffMs, worthRepeating } from './retry';
import { Session } from './session';
import { abortError, endpointOf, Transport, type Call, type RawAnswer } from './transport';

/** Sends calls: who we are, how many at once, when again, and what the answer must look like. */
export class Requester {
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #limit: pLimit.Limit;

  constructor(readonly settings: ResolvedSettings) {
    this.#transport = new Transport(settings.baseUrl, settings);
    this.#session = new Session(this.#transport, settings.credentials, anySignal(settings.signal));
    this.#limit = pLimit(settings.concurrency);
  }

  /**
   * Sends the call, again where that is safe, and answers its data.
   *
   * @throws ClientError
   */
  async send<T>(call: Call, shape: z.ZodType<T>): Promise<T> {
    return this.#attempts(call, answer => openEnvelope(answer, endpointOf(call), shape));
  }

  /**
   * Sends a call whose data says nothing. A deletion that an earlier, unclear attempt has done is done.
   *
   * @throws ClientError
   */
  async command(call: Call): Promise<void> {
    const trail = { unclear: false };
    try {
      await this.#attempts(
        call,
        answer => openEnvelope(answer, endpointOf(call), z.unknown()),
        trail,
      );
    } catch (error) {
      const deletes = call.deletes ?? call.method === 'DELETE';
      const gone = deletes && isClientError(error, 'CLIENT_NOT_FOUND');
      if (!gone || !trail.unclear) throw error;
    }
  }

  /** An answer of an endpoint that needs no login, whatever it holds. */
  async sendOpen(call: Call): Promise<RawAnswer> {
    return this.#attempts(call, answer => answer, { unclear: false }, false);
  }

  /** Does one thing with the deadline of one, or until the caller or the client ends it. */
  operation<T>(work: () => T, signal?: AbortSignal): T {
    const { settings } = this;
    return runOperation(anySignal(settings.signal, signal, deadline(settings.deadlineMs)), work);
  }

  /**
   * Waits between two looks at the server, as long as the operation may last.
   *
   * @throws ClientError `CLIENT_TIMEOUT` or `CLIENT_ABORTED` at its end.
   */
  async pause(milliseconds: number): Promise<void> {
    const signal = this.#signal();
    await sleep(milliseconds, undefined, { signal }).catch(() => {
      throw abortError(signal, 'wait for the server', true);
    });
  }

  #signal(): AbortSignal {
    return (
      currentOperation()?.signal ??
      anySignal(this.settings.signal, deadline(this.settings.deadlineMs))
    );
  }

  async #attempts<T>(
    call: Call,
    open: (answer: RawAnswer) => T,
    trail = { unclear: false },
    authenticated = true,
  ): Promise<T> {
    const signal = this.#signal();
    const repeatable = call.repeatable ?? call.method === 'GET';
    const once = async () => open(await this.#limited(call, signal, authenticated));
    const { guard = ask => ask() } = this.settings;
    for (let attempt = 0; ; attempt++) {
      try {
        return await guard(once, endpointOf(call));
      } catch (error) {
        if (!isClientError(error)) throw error;
        const last = signal.aborted || attempt >= this.settings.retries;
        if (last || !worthRepeating(error, repeatable)) throw error;
        trail.unclear ||= error.unclear;
        await unlessAborted(sleep(backoffMs(attempt)), signal).catch(() => {
          throw error;
        });
      }
    }
  }

  async #limited(call: Call, signal: AbortSignal, authenticated: boolean): Promise<RawAnswer> {
    let sent = false;
    const answer = this.#limit(async () => {
      signal.throwIfAborted();
      const headers = authenticated ? await this.#session.headers() : {};
      sent = true;
      const first = await this.#transport.send(call, headers, signal);
      // Refused for want of a session, it did nothing: so even a creation may go out again.
      const refused = authenticated && first.status === 401;
      const renewed = refused && (await this.#session.renewed(headers));
      return renewed ? this.#transport.send(call, renewed, signal) : first;
    });
    try {
      return await unlessAborted(answer, signal);
    } catch (error) {
      if (signal.aborted && !(error instanceof ClientError)) {
        throw abortError(signal, endpointOf(call), sent);
      }
      throw error;
    }
  }
}

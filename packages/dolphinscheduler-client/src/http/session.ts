import { registerSecret } from '@dolphinstage/common';
import { z } from 'zod';
import type { ClientCredentials } from '../options';
import { openEnvelope } from './envelope';
import { endpointOf, type Call, type Transport } from './transport';

const loginAnswer = z.object({ sessionId: z.string().min(1) });

/**
 * Says on each request who we are. A password is changed for a session, which the server shares among
 * all logins of a user from one address: so nobody logs out.
 */
export class Session {
  #login: Promise<string> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: ClientCredentials,
    /** Ends a login; not a caller's own, since others wait for the same one. */
    private readonly signal: AbortSignal,
  ) {}

  async headers(): Promise<Record<string, string>> {
    if ('token' in this.credentials) return { token: this.credentials.token };
    this.#login ??= this.#logIn(this.credentials);
    const login = this.#login;
    try {
      return { sessionId: await login };
    } catch (error) {
      this.#forget(login);
      throw error;
    }
  }

  /** New headers in place of those that the server refused; undefined for a token, which has no other. */
  async renewed(refused: Record<string, string>): Promise<Record<string, string> | undefined> {
    if ('token' in this.credentials) return undefined;
    const login = this.#login;
    // Another request may have logged in anew already.
    if (login && (await login.catch(() => undefined)) === refused.sessionId) this.#forget(login);
    return this.headers();
  }

  #forget(login: Promise<string>): void {
    if (this.#login === login) this.#login = undefined;
  }

  async #logIn(who: { user: string; password: string }): Promise<string> {
    const call: Call = {
      method: 'POST',
      path: '/login',
      form: { userName: who.user, userPassword: who.password },
    };
    const answer = await this.transport.send(call, {}, this.signal);
    const { sessionId } = openEnvelope(answer, endpointOf(call), loginAnswer);
    registerSecret(sessionId);
    return sessionId;
  }
}

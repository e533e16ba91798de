import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { redact } from '@dolphinstage/common';
import { ClientError } from '../errors';
import { anySignal, deadline, DeadlinePassed } from './operation';

type Scalar = string | number | boolean;

/** Fields of a query or form; undefined ones are left out. */
export type Fields = Record<string, Scalar | undefined>;

/** One request in DolphinScheduler's terms. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL, with its variable parts encoded. */
  path: string;
  query?: Fields;
  form?: Fields;
  /** A JSON body. */
  json?: Record<string, unknown>;
  /** Media type of the answer. Default: JSON. */
  accept?: string;
  /** Made anew for each attempt. */
  multipart?: () => FormData;
  /** True when doing it twice is like doing it once. Default: true for GET, else false. */
  repeatable?: boolean;
  /** It takes something away. Default: true for DELETE, else false. */
  deletes?: boolean;
}

/** An answer of whatever kind. */
export interface RawAnswer {
  status: number;
  text: string;
}

/** Shorter than Jetty's 30 s, so that we never send on a connection that the server is closing. */
const IDLE_SOCKET_MS = 10_000;

/** Errors of a request that never left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function endpointOf(call: Call): string {
  return `${call.method} ${call.path}`;
}

/** The signal's reason as the error that the caller gets. */
export function abortError(signal: AbortSignal, endpoint: string, unclear: boolean): ClientError {
  if (signal.reason instanceof DeadlinePassed) {
    return new ClientError('CLIENT_TIMEOUT', 'DolphinScheduler did not answer in time', {
      endpoint,
      unclear,
      todo: 'Check that the server is well, or allow more time.',
    });
  }
  return new ClientError('CLIENT_ABORTED', 'the call was ended by its caller', {
    endpoint,
    unclear,
    todo: 'Nothing, if that was meant.',
  });
}

function formBody(fields: Fields): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) body.append(name, String(value));
  }
  return body;
}

function bodyOf({ multipart, form, json }: Call) {
  return multipart?.() ?? (form && formBody(form)) ?? (json && JSON.stringify(json));
}

/** Sends one request over a kept-alive connection; knows nothing of what is in the answer. */
export class Transport {
  readonly #axios: AxiosInstance;

  constructor(
    baseUrl: string,
    private readonly limits: { timeoutMs: number; concurrency: number; maxAnswerBytes: number },
  ) {
    const agent = { keepAlive: true, maxSockets: limits.concurrency, timeout: IDLE_SOCKET_MS };
    this.#axios = axios.create({
      baseURL: baseUrl,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      maxRedirects: 0,
      maxContentLength: limits.maxAnswerBytes,
      maxBodyLength: Infinity,
      responseType: 'text',
      transformResponse: body => body as unknown,
      validateStatus: () => true,
    });
  }

  /**
   * @throws ClientError `CLIENT_UNREACHABLE`, `CLIENT_TIMEOUT`, `CLIENT_ABORTED`, or
   * `CLIENT_UNEXPECTED_ANSWER` for an answer that is too long.
   */
  async send(call: Call, headers: Record<string, string>, signal: AbortSignal): Promise<RawAnswer> {
    const both = anySignal(signal, deadline(this.limits.timeoutMs));
    try {
      const answer = await this.#axios.request<unknown>({
        method: call.method,
        url: call.path,
        params: call.query,
        data: bodyOf(call),
        headers: {
          Accept: call.accept ?? 'application/json',
          'Accept-Language': 'en_US',
          // The answers to all else are short: packing them costs both sides more than it saves.
          ...(call.method === 'GET' ? {} : { 'Accept-Encoding': 'identity' }),
          ...(call.json ? { 'Content-Type': 'application/json' } : {}),
          ...headers,
        },
        signal: both,
      });
      return { status: answer.status, text: String(answer.data ?? '') };
    } catch (error) {
      if (both.aborted) throw abortError(both, endpointOf(call), true);
      throw this.#connectionError(error, endpointOf(call));
    }
  }

  #connectionError(error: unknown, endpoint: string): unknown {
    if (!isAxiosError(error)) return error;
    if (error.message.startsWith('maxContentLength')) {
      return new ClientError(
        'CLIENT_UNEXPECTED_ANSWER',
        `the answer is longer than ${this.limits.maxAnswerBytes} bytes`,
        { endpoint, unclear: true, todo: 'Raise maxAnswerBytes if such answers are right.' },
      );
    }
    // The axios error itself holds the request with its token, so it can't be the cause.
    const reason = redact(`${error.code ?? ''} ${error.cause?.message ?? error.message}`.trim());
    return new ClientError('CLIENT_UNREACHABLE', `DolphinScheduler can't be reached: ${reason}`, {
      endpoint,
      unclear: !NOT_SENT.has(error.code ?? ''),
      todo: 'Check that the server runs and that the URL and the network are right.',
    });
  }
}

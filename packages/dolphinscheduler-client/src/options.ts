import { registerSecret } from '@dolphinstage/common';
import { ClientError } from './errors';
import type { ServerLine } from './client';

/** How a client speaks to its server. @public */
export interface ClientSettings {
  /** Ends with the server's context path: `https://host:12345/dolphinscheduler`. */
  url: string;
  /** Default: asked from the server. Give it where the server hides its API document. */
  line?: ServerLine;
  /** Milliseconds for one HTTP request with its answer. Default 30,000. */
  timeoutMs?: number;
  /** Milliseconds for one method with all that it asks, repeats and waits for. Default 120,000. */
  deadlineMs?: number;
  /** Milliseconds until a started workflow's instance must have been seen. Default 60,000. */
  startTimeoutMs?: number;
  /** Requests at once, 1 or more. Default 8. */
  concurrency?: number;
  /** How often a request that may be repeated is repeated. Default 3; 0: never. */
  retries?: number;
  /** Bytes of the longest answer. Default 32 MiB. */
  maxAnswerBytes?: number;
  /** Ends every call of this client. */
  signal?: AbortSignal;
  /**
   * Goes around each attempt to ask the server for something: it calls `attempt` and passes on what that answers or
   * throws (a ClientError), or throws instead. Attempts of all methods go through it. Default: none.
   */
  guard?: <T>(attempt: () => Promise<T>, endpoint: string) => Promise<T>;
}

/** Who the client is: a token, or a user with a password who then logs in. @public */
export type ClientCredentials = { token: string } | { user: string; password: string };

/** @public */
export type ClientOptions = ClientSettings & ClientCredentials;

/** The settings with all defaults. */
export type ResolvedSettings = Required<
  Omit<ClientSettings, 'line' | 'signal' | 'url' | 'guard'>
> & {
  /** Without a slash at the end. */
  baseUrl: string;
  signal?: AbortSignal;
  guard?: ClientSettings['guard'];
  credentials: ClientCredentials;
};

const DEFAULTS = {
  timeoutMs: 30_000,
  deadlineMs: 120_000,
  startTimeoutMs: 60_000,
  concurrency: 8,
  retries: 3,
  maxAnswerBytes: 32 * 1024 * 1024,
};

function invalid(message: string, todo: string): ClientError {
  return new ClientError('CLIENT_INVALID', message, { endpoint: 'client options', todo });
}

function baseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(
      'the URL of DolphinScheduler is not a URL',
      'Write http(s)://host:port/dolphinscheduler.',
    );
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search) {
    throw invalid(
      'the URL of DolphinScheduler has another scheme than http(s), an account or a query',
      'Write http(s)://host:port/dolphinscheduler and give the account as a token or user and password.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Checks the options, fills in the defaults and makes the credentials known as secrets. */
export function resolveOptions(options: ClientOptions): ResolvedSettings {
  const credentials: ClientCredentials =
    'token' in options
      ? { token: options.token }
      : { user: options.user, password: options.password };
  const secret = 'token' in credentials ? credentials.token : credentials.password;
  registerSecret(secret);
  if (!secret || ('user' in credentials && !credentials.user)) {
    throw invalid(
      'the account for DolphinScheduler is empty',
      'Give a token, or a user and a password.',
    );
  }
  const numbers = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[key] ?? DEFAULTS[key];
    if (!Number.isSafeInteger(value) || value < (key === 'retries' ? 0 : 1)) {
      throw invalid(`${key} is ${value}`, `Give ${key} as a positive whole number.`);
    }
    numbers[key] = value;
  }
  const { signal, guard } = options;
  return { ...numbers, baseUrl: baseUrl(options.url), signal, guard, credentials };
}

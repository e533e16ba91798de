import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  count,
  type Field,
  list,
  oneOf,
  same,
  SINCE_3_2,
  text,
  UNREADABLE,
  UNTIL_3_2,
} from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface HttpParameter {
  /** Where it goes. `body`: a field of a JSON object; only 3.1 and 3.2, later ones take `body`. */
  readonly in: 'query' | 'header' | 'body';
  readonly name: string;
  /** `${name}` in it is replaced by a parameter's value. */
  readonly value: string;
}

/** What makes the answer good. @public */
export type HttpExpectation =
  | { readonly status: number }
  /** A text that must be in the body. */
  | { readonly contains: string }
  /** A text that must not be in the body, which must not be empty. */
  | { readonly containsNot: string };

/** @public */
export interface HttpSettings extends Pick<CommonSettings, 'extra'> {
  /** `${name}` in it is replaced by a parameter's value. */
  readonly url: string;
  /** Default `GET`. Only 3.1 and 3.2 have `HEAD`. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Default: none. Secrets don't belong here: everybody who sees the workflow reads them. */
  readonly parameters?: readonly HttpParameter[];
  /** The body, sent as JSON; from 3.3 on an object in JSON. From 3.2 on. Default: none. */
  readonly body?: string;
  /** Default: status 200. */
  readonly expect?: HttpExpectation;
  /** Milliseconds to connect in; from 3.3 on, to send and to read in, too. Default 60,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds without an answer. Only 3.1 and 3.2. Default 60,000. */
  readonly socketTimeoutMs?: number;
}

/**
 * A request to an HTTP server. From 3.2 on it hands on the answer as `<task's name>.response`.
 *
 * @public
 */
export function http(settings: HttpSettings): RawTask<HttpSettings> {
  return { raw: 'http', settings };
}

const TIMEOUT_MS = 60_000;
const OK = { status: 200 };

const CHECKS = {
  status: 'STATUS_CODE_CUSTOM',
  contains: 'BODY_CONTAINS',
  containsNot: 'BODY_NOT_CONTAINS',
} as const;

const expectation: Field<HttpExpectation> = {
  keys: ['httpCheckCondition', 'condition'],
  required: false,
  synth(value, { scope, option }) {
    const [[kind, what] = ['', ''], ...others] = Object.entries(value ?? {});
    const good =
      others.length === 0 &&
      (kind === 'status'
        ? Number.isInteger(what)
        : Object.hasOwn(CHECKS, kind) && typeof what === 'string' && what !== '');
    scope.report.check(
      good,
      'INPUT',
      `${option} is not one of a status, contains and containsNot`,
      "Write for example { status: 201 } or { contains: 'done' }.",
    );
    return kind === 'status' && what === OK.status ? undefined : value;
  },
  write(value) {
    const [[kind, what] = ['status', OK.status]] = Object.entries(value ?? {});
    return kind === 'status' && what === OK.status
      ? { httpCheckCondition: 'STATUS_CODE_DEFAULT', condition: '' }
      : { httpCheckCondition: CHECKS[kind as keyof typeof CHECKS], condition: String(what) };
  },
  read({ httpCheckCondition: check, condition = '' }) {
    if (check === undefined || check === null || check === 'STATUS_CODE_DEFAULT') return undefined;
    const [kind] = Object.entries(CHECKS).find(([, word]) => word === check) ?? [];
    if (!kind) return UNREADABLE;
    if (kind !== 'status') return { [kind]: String(condition) };
    const status = Number(condition);
    // 200 would be written as the default.
    return Number.isInteger(status) && status !== OK.status ? { status } : UNREADABLE;
  },
};

/** Source: HttpParameters, HttpMethod and HttpParametersType of 3.1.1 and 3.2.2, HttpRequestMethod of about 3.3.0. */
export const httpType = defineTaskType<HttpSettings>({
  name: 'http',
  serverType: 'HTTP',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  withoutOutputs: ['3.1', '3.2', '3.3', '3.4'],
  fields: {
    url: text('url'),
    method: oneOf('httpMethod', same('GET', 'POST', 'PUT', 'DELETE', 'HEAD'), {
      default: 'GET',
      only: { HEAD: UNTIL_3_2 },
    }),
    parameters: list<HttpParameter>(
      'httpParams',
      {
        in: oneOf(
          'httpParametersType',
          { query: 'PARAMETER', header: 'HEADERS', body: 'BODY' },
          { only: { body: UNTIL_3_2 } },
        ),
        name: text('prop'),
        value: text('value'),
      },
      { default: [] },
    ),
    body: text('httpBody', { default: '', lines: SINCE_3_2 }),
    expect: expectation,
    connectTimeoutMs: count('connectTimeout', { default: TIMEOUT_MS }),
    socketTimeoutMs: count('socketTimeout', {
      default: TIMEOUT_MS,
      lines: UNTIL_3_2,
    }),
  },
  check({ url }, { report }) {
    report.check(
      typeof url !== 'string' || url === '' || /^(?:https?:\/\/|\$\{)/i.test(url),
      'INPUT',
      `url: "${url}" is no address`,
      'Begin it with http:// or https://, or with a parameter.',
    );
  },
});

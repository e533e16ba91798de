import {
  createApiRef,
  type ApiRef,
  type DiscoveryApi,
  type FetchApi,
} from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  workflowKey,
  type BackfillAnswer,
  type BackfillRequest,
  type DriftRow,
  type KnownConnections,
  type LogPiece,
  type RunDetail,
  type RunList,
  type RunRef,
  type RunVerb,
  type SchedulePreview,
  type StartAnswer,
  type StartRequest,
  type State,
  type VersionRow,
  type WorkflowDetail,
  type WorkflowList,
  type WorkflowQuery,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';

/**
 * What the portal asks of its backend. Every call rejects with a `ResponseError` of the backend's
 * words: `NotAllowedError`, `NotFoundError`, `ServiceUnavailableError` (the DolphinScheduler
 * instance can't be reached) …
 *
 * @public
 */
export interface DolphinSchedulerApi {
  /** A page of the workflows that the caller may read. */
  workflows(query?: WorkflowQuery): Promise<WorkflowList>;
  workflow(ref: WorkflowRef): Promise<WorkflowDetail>;
  /** The newest runs first; 50 by default. */
  runs(ref: WorkflowRef, options?: { limit?: number; state?: State }): Promise<RunList>;
  run(ref: RunRef): Promise<RunDetail>;
  /** A piece of a task's log: from its beginning, from a piece's `next`, or its last lines. */
  log(ref: RunRef, task: number, from?: number | 'end'): Promise<LogPiece>;
  /** Where the browser gets the whole log as a file; good for some minutes. */
  logFile(ref: RunRef, task: number): Promise<string>;
  start(ref: WorkflowRef, request: StartRequest): Promise<StartAnswer>;
  control(ref: RunRef, verb: RunVerb): Promise<void>;
  backfill(ref: WorkflowRef, request: BackfillRequest): Promise<BackfillAnswer>;
  /** For which times a backfill would run; it starts nothing. */
  previewBackfill(
    ref: WorkflowRef,
    request: BackfillRequest,
  ): Promise<{ readonly times: readonly string[] }>;
  schedule(ref: WorkflowRef, verb: 'pause' | 'resume'): Promise<void>;
  /** When a schedule would fire next. */
  previewSchedule(cron: string, timeZone: string): Promise<SchedulePreview>;
  /** Names of connections and data sources, for forms to offer. */
  connections(instance: string): Promise<KnownConnections>;
  versions(ref: WorkflowRef): Promise<readonly VersionRow[]>;
  drift(ref: WorkflowRef): Promise<readonly DriftRow[]>;
}

/** Of a log whose end is asked for, the backend gives so many lines at most. */
const LAST_LINES = 1_000;

/** @public */
export const dolphinSchedulerApiRef: ApiRef<DolphinSchedulerApi> =
  createApiRef<DolphinSchedulerApi>({ id: 'plugin.dolphinscheduler.service' });

/**
 * {@link DolphinSchedulerApi} of the backend plugin `dolphinscheduler`.
 *
 * @public
 */
export class DolphinSchedulerClient implements DolphinSchedulerApi {
  readonly #discovery: DiscoveryApi;
  readonly #fetch: FetchApi;

  constructor({ discoveryApi, fetchApi }: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discovery = discoveryApi;
    this.#fetch = fetchApi;
  }

  async workflows(query: WorkflowQuery = {}): Promise<WorkflowList> {
    return this.#ask('/v1/workflows', { query: { ...query } });
  }

  async workflow(ref: WorkflowRef): Promise<WorkflowDetail> {
    return this.#ask(pathOf(ref));
  }

  async runs(ref: WorkflowRef, options: { limit?: number; state?: State } = {}): Promise<RunList> {
    return this.#ask(`${pathOf(ref)}/runs`, { query: { limit: 50, ...options } });
  }

  async run(ref: RunRef): Promise<RunDetail> {
    return this.#ask(runPathOf(ref));
  }

  async log(ref: RunRef, task: number, from: number | 'end' = 0): Promise<LogPiece> {
    const query = from === 'end' ? { last: LAST_LINES } : { from };
    return this.#ask(`${runPathOf(ref)}/tasks/${task}/log`, { query });
  }

  async logFile(ref: RunRef, task: number): Promise<string> {
    // The browser asks for it by itself, without the token that this page has: a cookie lets it.
    const cookie = await this.#send('/.backstage/auth/v1/cookie', { cookies: true });
    await cookie.body?.cancel();
    const base = await this.#discovery.getBaseUrl('dolphinscheduler');
    return `${base}${runPathOf(ref)}/tasks/${task}/log/download`;
  }

  async start(ref: WorkflowRef, request: StartRequest): Promise<StartAnswer> {
    return this.#ask(`${pathOf(ref)}/runs`, { body: request });
  }

  async control(ref: RunRef, verb: RunVerb): Promise<void> {
    await this.#send(`${runPathOf(ref)}/${verb}`, { body: {} });
  }

  async backfill(ref: WorkflowRef, request: BackfillRequest): Promise<BackfillAnswer> {
    return this.#ask(`${pathOf(ref)}/backfill`, { body: request });
  }

  async previewBackfill(ref: WorkflowRef, request: BackfillRequest): Promise<{ times: string[] }> {
    return this.#ask(`${pathOf(ref)}/backfill/preview`, { body: request });
  }

  async schedule(ref: WorkflowRef, verb: 'pause' | 'resume'): Promise<void> {
    await this.#send(`${pathOf(ref)}/schedule/${verb}`, { body: {} });
  }

  async previewSchedule(cron: string, timeZone: string): Promise<SchedulePreview> {
    return this.#ask('/v1/schedule/preview', { query: { cron, timeZone } });
  }

  async connections(instance: string): Promise<KnownConnections> {
    return this.#ask('/v1/connections', { query: { instance } });
  }

  async versions(ref: WorkflowRef): Promise<readonly VersionRow[]> {
    return (await this.#ask<{ items: VersionRow[] }>(`${pathOf(ref)}/versions`)).items;
  }

  async drift(ref: WorkflowRef): Promise<readonly DriftRow[]> {
    return (await this.#ask<{ items: DriftRow[] }>(`${pathOf(ref)}/drift`)).items;
  }

  async #ask<T>(path: string, options?: AskOptions): Promise<T> {
    const response = await this.#send(path, options);
    return (await response.json()) as T;
  }

  async #send(path: string, { query, body, cookies }: AskOptions = {}): Promise<Response> {
    const base = await this.#discovery.getBaseUrl('dolphinscheduler');
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) {
        search.set(name, String(value));
      }
    }
    const asked = search.size > 0 ? `${path}?${search}` : path;
    const response = await this.#fetch.fetch(`${base}${asked}`, {
      ...(cookies && { credentials: 'include' }),
      ...(body && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

interface AskOptions {
  query?: Readonly<Record<string, unknown>>;
  /** With one, it is a POST. */
  body?: object;
  /** The answer may set some. */
  cookies?: boolean;
}

function pathOf(ref: WorkflowRef): string {
  return `/v1/workflows/${workflowKey(ref)}`;
}

function runPathOf(ref: RunRef): string {
  return `${pathOf(ref)}/runs/${ref.run}`;
}

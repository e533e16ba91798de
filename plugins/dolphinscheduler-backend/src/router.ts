import type { HttpAuthService } from '@backstage/backend-plugin-api';
import type { DolphinSchedulerService } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { KnownName, Verb } from '@dolphinstage/plugin-dolphinscheduler-common';
import express, {
  type ErrorRequestHandler,
  type Request,
  type Response,
  type Router,
} from 'express';
import PromiseRouter from 'express-promise-router';
import { alertHandlers, type AlertsOptions } from './alerts/route';
import type { Access } from './access/access';
import type { Change, Changes, User, Wanted } from './changes';
import { openApiDocument } from './openapi/document';
import { TooManyRequestsError, type RateLimit } from './rate-limit';
import * as requests from './requests';
import { answerable } from './service/errors';
import { knownConnections } from './service/connections';
import { Health } from './service/health';
import { listWorkflows } from './service/list';
import { readLog, wholeLog } from './service/logs';
import { sendLog } from './send-log';
import { control, listRuns, runDetail } from './service/runs';
import { previewSchedule } from './service/schedule-preview';
import { backfill, previewBackfill, setSchedule, start, timesOf } from './service/starts';
import { driftOf, versionsOf, workflowDetail, type Place } from './service/definition';

/** What the routes need. */
export interface RouterOptions {
  readonly service: DolphinSchedulerService;
  readonly access: Access;
  readonly httpAuth: HttpAuthService;
  readonly changes: Changes;
  readonly alerts: AlertsOptions;
  /** By the instance's name: those of app-config.yaml. */
  readonly connections: ReadonlyMap<string, readonly KnownName[]>;
  /** Whole logs, by each user. */
  readonly downloads: RateLimit;
}

/** What anybody may ask, as paths of policies. */
export const OPEN_PATHS = ['/v1/health', '/v1/alerts'] as const;

/** A request about a workflow that its caller may see. */
interface Looked extends Place {
  readonly user: User;
}

const WORKFLOW = '/v1/workflows/:instance/:project/:code';
const RUN = `${WORKFLOW}/runs/:run`;
/** What the browser may ask by itself, with a cookie, as a path of a policy. */
export const COOKIE_PATH = `${RUN}/tasks/:task/log/download`;

/** The error itself is answered by the backend. */
const tellWhenToRetry: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof TooManyRequestsError) response.set('Retry-After', String(error.retryAfter));
  next(error);
};

export function createRouter(options: RouterOptions): Router {
  const { service, access, httpAuth } = options;
  const document = openApiDocument();
  const health = new Health(service);
  const alerts = alertHandlers(options.alerts);
  const router = PromiseRouter();

  // Before any body is read that may be larger.
  router.post('/v1/alerts/:instance', alerts.admit, alerts.parse, (request, response) =>
    reply(response, () => alerts.tell(request)),
  );
  router.use(express.json({ limit: '256kb' }));

  const wanted = async (
    request: Request,
    more: { readonly allowLimitedAccess?: boolean } = {},
  ): Promise<Wanted> => ({
    user: await httpAuth.credentials(request, { allow: ['user'], ...more }),
    ref: requests.parse(requests.place, request.params),
  });
  const look = async (request: Request, verb?: Verb): Promise<Looked> => {
    const { user, ref } = await wanted(request);
    return { user, ...(await access.look(user, ref, verb)) };
  };

  const reads = (path: string, answer: (request: Request) => Promise<unknown>) =>
    router.get(path, (request, response) => reply(response, () => answer(request)));

  const changes = (
    path: string,
    change: Change,
    act: (place: Place, request: Request) => Promise<unknown>,
  ) =>
    router.post(path, (request, response) =>
      reply(response, () =>
        options.changes.make(
          change,
          { request, meta: { ...request.params } },
          () => wanted(request),
          place => act(place, request),
        ),
      ),
    );

  reads('/v1/health', () => health.check());
  reads('/v1/openapi.json', async () => document);
  reads('/v1/workflows', async request => {
    const user = await httpAuth.credentials(request, { allow: ['user'] });
    const query = requests.parse(requests.list, request.query);
    return listWorkflows(service, await access.filter(user, 'read'), query);
  });
  reads('/v1/connections', async request => {
    const user = await httpAuth.credentials(request, { allow: ['user'] });
    const { instance } = requests.parse(requests.ofInstance, request.query);
    const configured = options.connections.get(instance) ?? [];
    const mayRead = await access.filter(user, 'read');
    return knownConnections(service.instance(instance), configured, mayRead);
  });
  reads('/v1/schedule/preview', async request => {
    await httpAuth.credentials(request, { allow: ['user'] });
    return previewSchedule(requests.parse(requests.schedulePreview, request.query));
  });
  reads(WORKFLOW, async request => {
    const { user, ...place } = await look(request);
    return workflowDetail(place, await access.allowed(user, place.row));
  });
  reads(`${WORKFLOW}/versions`, async request => ({
    items: await versionsOf(await look(request)),
  }));
  reads(`${WORKFLOW}/drift`, async request => ({ items: await driftOf(await look(request)) }));
  reads(`${WORKFLOW}/runs`, async request => {
    const query = requests.parse(requests.runs, request.query);
    return listRuns(await look(request), query);
  });
  reads(RUN, async request => {
    const { run } = requests.parse(requests.run, request.params);
    return runDetail(await look(request), run);
  });
  reads(`${RUN}/tasks/:task/log`, async request => {
    const { run, task } = requests.parse(requests.run.extend(requests.task.shape), request.params);
    const piece = requests.parse(requests.log, request.query);
    return readLog(await look(request, 'readLog'), { run, task, ...piece });
  });
  router.get(COOKIE_PATH, async (request, response) => {
    const end = new AbortController();
    response.on('close', () => end.abort());
    try {
      const { run, task } = requests.parse(
        requests.run.extend(requests.task.shape),
        request.params,
      );
      // The browser itself asks, so that the file needs no room in the page: with a cookie, then.
      const { user, ref } = await wanted(request, { allowLimitedAccess: true });
      await options.downloads.take(user.principal.userEntityRef);
      const place = await access.look(user, ref, 'readLog');
      await sendLog(response, { run, task }, wholeLog(place, { run, task }, end.signal));
    } catch (error) {
      if (!end.signal.aborted) throw answerable(error, request.params.instance);
    }
  });

  changes(
    `${WORKFLOW}/runs`,
    { verb: 'run', event: 'workflow-start' },
    async (place, { body }) => ({
      run: await start(place, requests.parse(requests.start, body)),
    }),
  );
  changes(`${RUN}/:verb`, { verb: 'control', event: 'run-control' }, async (place, { params }) => {
    const { run, verb } = requests.parse(requests.run.extend(requests.verb.shape), params);
    await control(place, run, verb);
  });
  changes(
    `${WORKFLOW}/backfill`,
    { verb: 'backfill', event: 'workflow-backfill' },
    (place, { body }) => backfill(place, requests.parse(requests.backfill, body)),
  );
  router.post(`${WORKFLOW}/backfill/preview`, (request, response) =>
    reply(response, async () => {
      const place = await look(request, 'backfill');
      const plan = await previewBackfill(place, requests.parse(requests.backfill, request.body));
      return { times: timesOf(place, plan) };
    }),
  );
  for (const [word, active] of [
    ['pause', false],
    ['resume', true],
  ] as const) {
    changes(
      `${WORKFLOW}/schedule/${word}`,
      { verb: 'schedule', event: `schedule-${word}` },
      place => setSchedule(place, active),
    );
  }
  router.use(tellWhenToRetry);
  return router;
}

async function reply(response: Response, answer: () => Promise<unknown>): Promise<void> {
  try {
    const body = await answer();
    if (body === undefined) response.status(204).end();
    else response.json(body);
  } catch (error) {
    throw answerable(error, response.req.params.instance);
  }
}

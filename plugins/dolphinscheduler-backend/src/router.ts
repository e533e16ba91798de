import type {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { JsonObject } from '@backstage/types';
import {
  CHANGES_CHANNEL,
  workflowKey,
  type ChangeSignal,
  type Verb,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type { DolphinSchedulerService } from '@dolphinstage/plugin-dolphinscheduler-node';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Access } from './access/access';
import * as requests from './requests';
import { answerable } from './service/errors';
import { listWorkflows } from './service/list';
import { control, listRuns, readLog, runDetail } from './service/runs';
import { backfill, previewBackfill, setSchedule, start, timesOf } from './service/starts';
import { driftOf, versionsOf, workflowDetail, type Place } from './service/workflow';

/** What the routes need. */
export interface RouterOptions {
  readonly service: DolphinSchedulerService;
  readonly access: Access;
  readonly httpAuth: HttpAuthService;
  readonly auditor: AuditorService;
  readonly signals: SignalsService;
}

type User = BackstageCredentials<BackstageUserPrincipal>;

/** A request about a workflow that its caller may see. */
interface Looked extends Place {
  readonly user: User;
}

const WORKFLOW = '/v1/workflows/:instance/:project/:code';
const RUN = `${WORKFLOW}/runs/:run`;

export function createRouter(options: RouterOptions): Router {
  const { service, access, httpAuth } = options;
  const router = PromiseRouter();
  router.use(express.json({ limit: '256kb' }));

  /** Who may not read a workflow is told of none. */
  const look = async (request: Request, verb: Verb = 'read'): Promise<Looked> => {
    const user = await httpAuth.credentials(request, { allow: ['user'] });
    const { instance: name, project, code } = requests.parse(requests.place, request.params);
    const instance = service.instance(name);
    const row = await instance.workflow(project, code);
    await access.assert(user, 'read', row);
    if (verb !== 'read') await access.assert(user, verb, row);
    return { user, instance, row };
  };

  const reads = (path: string, answer: (request: Request) => Promise<unknown>) =>
    router.get(path, (request, response) => reply(response, () => answer(request)));

  /** Audited, whether it succeeds or not, with who has done it. */
  const changes = (
    path: string,
    { verb, event }: { verb: Verb; event: string },
    act: (looked: Looked, request: Request) => Promise<unknown>,
  ) =>
    router.post(path, (request, response) =>
      reply(response, async () => {
        const meta: JsonObject = { ...request.params };
        const audited = await options.auditor.createEvent({
          eventId: event,
          severityLevel: 'medium',
          request,
          meta,
        });
        try {
          const looked = await look(request, verb);
          const answer = await act(looked, request);
          await audited.success({ meta: { ...meta, workflow: workflowKey(looked.row) } });
          const { instance, project, code } = looked.row;
          await announce(options.signals, { instance, project, code });
          return answer;
        } catch (error) {
          await audited.fail({ error: error as Error, meta });
          throw error;
        }
      }),
    );

  reads('/v1/workflows', async request => {
    const user = await httpAuth.credentials(request, { allow: ['user'] });
    const query = requests.parse(requests.list, request.query);
    return listWorkflows(service, await access.filter(user, 'read'), query);
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
    const { limit } = requests.parse(requests.runs, request.query);
    return { items: await listRuns(await look(request), limit) };
  });
  reads(RUN, async request => {
    const { run } = requests.parse(requests.run, request.params);
    return runDetail(await look(request), run);
  });
  reads(`${RUN}/tasks/:task/log`, async request => {
    const { run, task } = requests.parse(requests.run.extend(requests.task.shape), request.params);
    const { from } = requests.parse(requests.log, request.query);
    return readLog(await look(request, 'readLog'), { run, task, from });
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
      const wanted = requests.parse(requests.backfill, request.body);
      return { times: timesOf(place, await previewBackfill(place, wanted)) };
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
  return router;
}

async function reply(response: Response, answer: () => Promise<unknown>): Promise<void> {
  try {
    const body = await answer();
    if (body === undefined) response.status(204).end();
    else response.json(body);
  } catch (error) {
    throw answerable(error);
  }
}

/** Says that something has changed; which, only those who may see it can read. */
function announce(signals: SignalsService, message: ChangeSignal): Promise<void> {
  return signals.publish({
    channel: CHANGES_CHANNEL,
    recipients: { type: 'broadcast' },
    message: { ...message },
  });
}

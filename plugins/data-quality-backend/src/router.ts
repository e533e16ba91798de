import type {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { HealthAnswer } from '@dolphinstage/plugin-data-quality-common';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Access } from './access/access';
import { openApiDocument } from './openapi/document';
import * as requests from './requests';
import { answerable, unavailable } from './service/errors';
import type { Quality } from './service/quality';
import type { Quarantine } from './service/quarantine';

/** What the routes need. */
export interface RouterOptions {
  readonly quality: Quality;
  readonly quarantine: Quarantine;
  readonly access: Access;
  readonly httpAuth: HttpAuthService;
  readonly auditor: AuditorService;
}

/** What anybody may ask, as a path of a policy. */
export const OPEN_PATH = '/v1/health';

type User = BackstageCredentials<BackstageUserPrincipal>;

const DATASET = '/v1/datasets/:dataset';

export function createRouter(options: RouterOptions): Router {
  const { quality, quarantine, access, httpAuth } = options;
  const document = openApiDocument();
  const router = PromiseRouter();
  router.use(express.json({ limit: '256kb' }));

  const userOf = (request: Request): Promise<User> =>
    httpAuth.credentials(request, { allow: ['user'] });
  const reads = (path: string, answer: (request: Request) => Promise<unknown>) =>
    router.get(path, (request, response) => reply(response, () => answer(request)));
  const assertReachable = () => {
    const { problem } = quality.known();
    if (problem !== undefined) throw unavailable(problem);
  };

  reads(OPEN_PATH, async (): Promise<HealthAnswer> => {
    const known = quality.known();
    return { reachable: known.problem === undefined, ...known };
  });
  reads('/v1/openapi.json', async request => {
    await userOf(request);
    return document;
  });
  reads('/v1/datasets', async request =>
    quality.list(await access.filter(await userOf(request), 'read')),
  );
  reads(DATASET, async request => {
    const user = await userOf(request);
    const { dataset } = requests.parse(requests.dataset, request.params);
    const { windows } = requests.parse(requests.one, request.query);
    return quality.one(await access.look(user, dataset), windows);
  });
  reads(`${DATASET}/quarantine`, async request => {
    const user = await userOf(request);
    const { dataset } = requests.parse(requests.dataset, request.params);
    const query = requests.parse(requests.quarantine, request.query);
    const { allowed } = await access.look(user, dataset);
    assertReachable();
    return quarantine.list({ dataset, ...query }, allowed.includes('readQuarantine'));
  });
  router.post(`${DATASET}/quarantine/replay`, (request, response) =>
    reply(response, () => replay(request)),
  );

  async function replay(request: Request): Promise<unknown> {
    const meta = { dataset: request.params.dataset ?? '' };
    const audited = await options.auditor.createEvent({
      eventId: 'quarantine-replay',
      severityLevel: 'medium',
      request,
      meta,
    });
    try {
      const user = await userOf(request);
      const { dataset } = requests.parse(requests.dataset, request.params);
      await access.look(user, dataset, 'replay');
      const order = requests.parse(requests.replay, request.body);
      assertReachable();
      const by = user.principal.userEntityRef;
      const answer = await quarantine.replay(dataset, order, by);
      const { reasons: _, ...counts } = answer;
      await audited.success({ meta: { ...meta, by, ...counts } });
      return answer;
    } catch (error) {
      await audited.fail({ error: error as Error, meta });
      throw error;
    }
  }

  return router;
}

async function reply(response: Response, answer: () => Promise<unknown>): Promise<void> {
  try {
    response.json(await answer());
  } catch (error) {
    throw answerable(error);
  }
}

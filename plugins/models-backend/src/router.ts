import type {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { ModelDetails, ModelList, SwitchAnswer } from '@dolphinstage/plugin-models-common';
import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Access } from './access/access';
import * as requests from './requests';
import { factsOf } from './owners';
import type { ModelStore } from './store';

/** What the routes need. */
export interface RouterOptions {
  readonly store: ModelStore;
  readonly access: Access;
  readonly httpAuth: HttpAuthService;
  readonly auditor: AuditorService;
}

const MODEL = '/v1/models/:model';

export function createRouter({ store, access, httpAuth, auditor }: RouterOptions): Router {
  const router = PromiseRouter();
  router.use(express.json({ limit: '64kb' }));

  const userOf = (request: Request): Promise<BackstageCredentials<BackstageUserPrincipal>> =>
    httpAuth.credentials(request, { allow: ['user'] });

  router.get('/v1/models', async (request, response) => {
    const mayRead = await access.filter(await userOf(request), 'read');
    const all = await store.list();
    const items = all.filter(model => mayRead(factsOf(model)));
    response.json({ items } satisfies ModelList);
  });

  router.get(MODEL, async (request, response) => {
    const user = await userOf(request);
    const { model } = requests.parse(requests.model, request.params);
    const allowed = await access.look(user, model);
    response.json({ ...(await store.read(model)), allowed } satisfies ModelDetails);
  });

  router.post(`${MODEL}/switch`, async (request, response) => {
    const meta = { model: request.params.model ?? '' };
    const audited = await auditor.createEvent({
      eventId: 'model-switch',
      severityLevel: 'high',
      request,
      meta,
    });
    try {
      const user = await userOf(request);
      const { model } = requests.parse(requests.model, request.params);
      await access.look(user, model, 'switch');
      const order = requests.parse(requests.order, request.body);
      const who = user.principal.userEntityRef;
      const answer: SwitchAnswer = await store.switch({ ...order, model, who });
      await audited.success({
        meta: { ...meta, who, kind: order.kind, from: answer.from, to: answer.to },
      });
      response.json(answer);
    } catch (error) {
      await audited.fail({ error: error as Error, meta });
      throw error;
    }
  });

  return router;
}

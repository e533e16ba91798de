import { createServiceFactory, type BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { isResourcePermission, AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import type { JsonObject } from '@backstage/types';
import { WORKFLOW_RESOURCE_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  createDolphinschedulerConditionalDecision,
  dolphinschedulerConditions,
  dolphinschedulerServiceRef,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import request from 'supertest';
import dolphinschedulerPlugin from '..';
import { fakeService, OTHERS, OWNERS, type FakeDolphinScheduler } from './fake-dolphinscheduler';

const GROUPS = { owner: OWNERS, other: OTHERS } as const;
/** Who asks: a member of each group, somebody who isn't signed in, another plugin. */
export type Person = keyof typeof GROUPS | 'nobody' | 'service';

function header(person: Person): string {
  if (person === 'nobody') return mockCredentials.none.header();
  if (person === 'service') return mockCredentials.service.header();
  return mockCredentials.user.header(`user:default/${person}`);
}

/** Each may do everything to what their group owns, and services everything, as in a real backend. */
const permissions = mockServices.permissions.mock({
  authorizeConditional: async (queries, options) =>
    queries.map(({ permission }) => {
      const { principal } = options?.credentials as BackstageCredentials<{
        userEntityRef?: string;
      }>;
      const name = principal.userEntityRef?.replace('user:default/', '');
      if (!isResourcePermission(permission, WORKFLOW_RESOURCE_TYPE)) {
        return { result: AuthorizeResult.DENY };
      }
      if (name === undefined) return { result: AuthorizeResult.ALLOW };
      return createDolphinschedulerConditionalDecision(
        permission,
        dolphinschedulerConditions.isOwnedBy({ values: [GROUPS[name as keyof typeof GROUPS]] }),
      );
    }),
  authorize: async queries => queries.map(() => ({ result: AuthorizeResult.DENY })),
});

/** The plugin in a backend, on servers that aren't real. */
export async function startPortal(fakes: FakeDolphinScheduler[], config: JsonObject = {}) {
  const auditor = mockServices.auditor.mock();
  const ended: string[] = [];
  auditor.createEvent.mockImplementation(async ({ eventId, meta }) => ({
    success: async () => void ended.push(`${eventId} succeeded: ${meta?.user ?? ''}`),
    fail: async () => void ended.push(`${eventId} failed: ${meta?.user ?? ''}`),
  }));
  const signals = { publish: jest.fn(async () => {}) };
  const notifications = { send: jest.fn(async () => {}) };
  const backend = await startTestBackend({
    features: [
      dolphinschedulerPlugin,
      permissions.factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: { dolphinscheduler: config } }),
      createServiceFactory({
        service: dolphinschedulerServiceRef,
        deps: {},
        factory: () => fakeService(...fakes),
      }),
      createServiceFactory({ service: signalsServiceRef, deps: {}, factory: () => signals }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => notifications,
      }),
    ],
  });
  const base = '/api/dolphinscheduler';
  return {
    /** What the audit log says. */
    ended,
    signals,
    notifications,
    stop: () => backend.stop(),
    get: (path: string, person: Person = 'owner') =>
      request(backend.server).get(`${base}/v1${path}`).set('Authorization', header(person)),
    post: (path: string, body: object = {}, person: Person = 'owner') =>
      request(backend.server)
        .post(`${base}/v1${path}`)
        .set('Authorization', header(person))
        .send(body),
    act: (action: string, input: object, person: Person = 'owner') =>
      request(backend.server)
        .post(`${base}/.backstage/actions/v1/actions/dolphinscheduler:${action}/invoke`)
        .set('Authorization', header(person))
        .send(input),
    actions: () =>
      request(backend.server)
        .get(`${base}/.backstage/actions/v1/actions`)
        .set('Authorization', header('owner')),
    /** What the permission backend asks. */
    decide: (items: object[]) =>
      request(backend.server)
        .post(`${base}/.well-known/backstage/permissions/apply-conditions`)
        .set('Authorization', header('service'))
        .send({ items }),
    /** As a webhook does, which nobody has signed in. */
    send: (path: string) =>
      request(backend.server).post(`${base}/v1${path}`).set('Authorization', header('nobody')),
  };
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;

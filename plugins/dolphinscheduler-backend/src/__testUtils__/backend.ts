import { createServiceFactory, type BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
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

const DENIED: PolicyDecision = { result: AuthorizeResult.DENY };

function owned(permission: Permission, group: string): PolicyDecision {
  return isResourcePermission(permission, WORKFLOW_RESOURCE_TYPE)
    ? createDolphinschedulerConditionalDecision(
        permission,
        dolphinschedulerConditions.isOwnedBy({ values: [group] }),
      )
    : DENIED;
}

const MAY: Readonly<Record<string, (permission: Permission) => PolicyDecision>> = {
  owner: permission => owned(permission, OWNERS),
  other: permission => owned(permission, OTHERS),
  reader: permission =>
    permission.attributes.action === 'read' ? owned(permission, OWNERS) : DENIED,
  admin: () => ({ result: AuthorizeResult.ALLOW }),
  guest: () => DENIED,
};

/**
 * Who asks: a member of each group; who may only look; who may do everything; who is signed in and may nothing; who
 * isn't signed in; another plugin.
 */
export type Person = 'owner' | 'other' | 'reader' | 'admin' | 'guest' | 'nobody' | 'service';

function header(person: Person): string {
  if (person === 'nobody') return mockCredentials.none.header();
  if (person === 'service') return mockCredentials.service.header();
  return mockCredentials.user.header(`user:default/${person}`);
}

/** Services may do everything, as in a real backend. */
const permissions = mockServices.permissions.mock({
  authorizeConditional: async (queries, options) => {
    const { principal } = options?.credentials as BackstageCredentials<{ userEntityRef?: string }>;
    const name = principal.userEntityRef?.replace('user:default/', '') ?? 'admin';
    return queries.map(({ permission }) => MAY[name]?.(permission) ?? DENIED);
  },
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

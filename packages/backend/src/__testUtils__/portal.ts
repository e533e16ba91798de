import type { BackendFeature, BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import dolphinschedulerPlugin from '@dolphinstage/plugin-dolphinscheduler-backend';
import type { JsonObject } from '@backstage/types';
import request from 'supertest';
import { PLATFORM_ENGINEERS, Policy } from '../policy';

export const OWNERS = 'group:default/night-shift';
export const OTHERS = 'group:default/day-shift';

/** Who asks, and to what they belong. */
const PEOPLE = {
  owner: ['user:default/owner', OWNERS],
  colleague: ['user:default/colleague', OWNERS],
  other: ['user:default/other', OTHERS],
  admin: ['user:default/admin', PLATFORM_ENGINEERS],
  nobody: [],
} as const satisfies Record<string, readonly string[]>;
export type Person = keyof typeof PEOPLE;

export const header = (person: Person) =>
  person === 'nobody'
    ? mockCredentials.none.header()
    : mockCredentials.user.header(`user:default/${person}`);

/** The sample policy decides; only the way to it over HTTP is left out. */
function permissions() {
  const policy = new Policy();
  const claimsOf = ({ principal }: BackstageCredentials) => {
    const ref = (principal as { userEntityRef?: string }).userEntityRef ?? '';
    return [...(PEOPLE[ref.replace('user:default/', '') as Person] ?? [])];
  };
  return mockServices.permissions.mock({
    authorizeConditional: async (queries, options) => {
      const claims = claimsOf(options!.credentials);
      return Promise.all(
        queries.map(({ permission }) =>
          policy.handle({ permission }, {
            info: { ownershipEntityRefs: claims },
          } as unknown as Parameters<Policy['handle']>[1]),
        ),
      );
    },
    authorize: async () => [{ result: AuthorizeResult.DENY }],
  });
}

/**
 * The plugin in a backend, on servers that are real.
 *
 * @param config - as app-config.yaml has it.
 */
export async function startPortal(config: JsonObject, ...more: BackendFeature[]) {
  const audited: string[] = [];
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockImplementation(async ({ eventId, request: asked, meta }) => {
    const signedIn = /user:default\/\w+/.exec(asked?.headers.authorization ?? '')?.[0];
    const end = (how: string) =>
      void audited.push(`${eventId} ${how}: ${meta?.user ?? signedIn ?? ''}`);
    return { success: async () => end('succeeded'), fail: async () => end('failed') };
  });
  const backend = await startTestBackend({
    features: [
      dolphinschedulerPlugin,
      permissions().factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: config }),
      ...more,
    ],
  });
  const base = '/api/dolphinscheduler/v1';
  return {
    /** What the audit log says: `run-control succeeded: user:default/owner`. */
    audited,
    port: () => backend.server.port(),
    get: (path: string, person: Person = 'owner') =>
      request(backend.server).get(`${base}${path}`).set('Authorization', header(person)),
    post: (path: string, body: object = {}, person: Person = 'owner') =>
      request(backend.server)
        .post(`${base}${path}`)
        .set('Authorization', header(person))
        .send(body),
    stop: () => backend.stop(),
  };
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;

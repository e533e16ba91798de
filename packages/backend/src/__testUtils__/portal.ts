import type { BackstageCredentials } from '@backstage/backend-plugin-api';
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

const header = (person: Person) =>
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

/** An entry of the audit log: `run-control of user:default/owner succeeded`. */
export type Audited = string;

/** The plugin in a backend, on servers that are real. */
export async function startPortal(dolphinscheduler: JsonObject) {
  const audited: Audited[] = [];
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockImplementation(async ({ eventId, request: asked }) => {
    const who = /user:default\/\w+/.exec(String(asked?.headers.authorization))?.[0] ?? 'nobody';
    const note = (end: string) => async () => void audited.push(`${eventId} of ${who} ${end}`);
    return { success: note('succeeded'), fail: note('failed') };
  });
  const backend = await startTestBackend({
    features: [
      dolphinschedulerPlugin,
      permissions().factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: { dolphinscheduler } }),
    ],
  });
  const base = '/api/dolphinscheduler/v1';
  return {
    audited,
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

import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { testPlatform } from '@dolphinstage/embedded';
import { migrateOps, openPostgres } from '@dolphinstage/task-kit';
import type { JsonObject } from '@backstage/types';
import type { Pool } from 'pg';
import request from 'supertest';
import modelsPlugin from '.';
import { header, OWNERS, permissions, type Person } from './__testUtils__/people';

jest.setTimeout(90_000);

const PACK = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));

async function startPortal(config: JsonObject) {
  const auditor = mockServices.auditor.mock();
  const ended: string[] = [];
  auditor.createEvent.mockImplementation(async ({ eventId }) => ({
    success: async more => void ended.push(`${eventId} succeeded: ${JSON.stringify(more?.meta)}`),
    fail: async ({ error }) => void ended.push(`${eventId} failed: ${error.name}`),
  }));
  const backend = await startTestBackend({
    features: [
      modelsPlugin,
      permissions.factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: { models: config } }),
    ],
  });
  const base = '/api/models/v1';
  return {
    ended,
    stop: () => backend.stop(),
    get: (path: string, person: Person = 'owner') =>
      request(backend.server).get(`${base}${path}`).set('Authorization', header(person)),
    post: (path: string, body: object, person: Person = 'owner') =>
      request(backend.server)
        .post(`${base}${path}`)
        .set('Authorization', header(person))
        .send(body),
  };
}

describe('the models of a portal', () => {
  const { postgres } = testPlatform();
  const database = `portal_models_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  let admin: Pool;
  let db: Pool;
  let portal: Awaited<ReturnType<typeof startPortal>>;
  const order = { kind: 'rollback', to: 1, from: 2, why: 'it is wrong of many' };

  beforeAll(async () => {
    const server = { kind: 'postgres', tls: 'off', ...postgres } as const;
    admin = await openPostgres({ ...server, database: 'postgres' });
    await admin.query(`create database ${database}`);
    db = await openPostgres({ ...server, database });
    portal = await startPortal({ postgres: { ...postgres, database, tls: 'off' } });
  });
  afterAll(async () => {
    await portal?.stop();
    await db?.end();
    await admin?.query(`drop database if exists ${database} with (force)`);
    await admin?.end();
  });

  it('says that there are none before the first night', async () => {
    const { body } = await portal.get('/models/churn', 'admin').expect(404);
    expect(body.error.message).toMatch(/no model has had a night/);
    await migrateOps(db, [join(PACK, 'sql/ops')]);
    expect((await portal.get('/models').expect(200)).body).toEqual({ items: [] });
    await db.query(`
      insert into models.model values ('churn', '${OWNERS}', 'who leaves'), ('fraud', 'others', '');
      insert into models.version (model, number, bundle, params, metrics, gates, data_from, data_to, day, code_digest, created_by)
      select 'churn', n, 'bundle ' || n, '{}', '{}', '[]', '2026-10-28', '2026-11-21', '2026-11-27', 'code', 'run'
      from generate_series(1, 2) n;
      insert into models.deployment (model, current, previous) values ('churn', 2, 1)`);
  });

  it.each([
    ['nobody', 401, undefined, 401, 401],
    ['guest', 200, [], 403, 403],
    ['reader', 200, ['churn'], 200, 403],
    ['other', 200, ['fraud'], 403, 403],
  ] as const)('lets %s see and do what they may', async (person, list, seen, read, change) => {
    const { body } = await portal.get('/models', person).expect(list);
    expect(body.items?.map(({ name }: { name: string }) => name)).toEqual(seen);
    await portal.get('/models/churn', person).expect(read);
    await portal.post('/models/churn/switch', order, person).expect(change);
    expect((await db.query('select current from models.deployment')).rows).toEqual([
      { current: 2 },
    ]);
  });

  it('tells who may not see it nothing of whether it is there', async () => {
    const [there, nowhere] = await Promise.all(
      ['churn', 'nowhere'].map(async name => (await portal.get(`/models/${name}`, 'guest')).body),
    );
    expect(nowhere.error.message).toBe(there.error.message);
  });

  it.each([
    ['no reason', { ...order, why: ' ' }, 400, /say why/],
    ['a misspelt field', { ...order, vresion: 1 }, 400, /vresion/],
    ['another live version meanwhile', { ...order, from: 1 }, 409, /decide again/],
    ['a version that is not there', { ...order, to: 7 }, 409, /Name one of 1, 2/],
  ])('refuses %s, and says why', async (_what, body, status, words) => {
    const answer = await portal.post('/models/churn/switch', body).expect(status);
    expect(answer.body.error.message).toMatch(words);
    expect(portal.ended.at(-1)).toMatch(/^model-switch failed/);
  });

  it('switches for the owner, and writes down who, in the audit log too', async () => {
    const { body } = await portal.post('/models/churn/switch', order).expect(200);
    expect(body).toEqual({ model: 'churn', from: 2, to: 1 });
    const model = (await portal.get('/models/churn').expect(200)).body;
    expect(model).toMatchObject({ current: 1, previous: 2, allowed: ['read', 'switch'] });
    expect(model.switches[0]).toMatchObject({ who: 'user:default/owner', why: order.why });
    expect(portal.ended.at(-1)).toBe(
      'model-switch succeeded: {"model":"churn","who":"user:default/owner","kind":"rollback","from":2,"to":1}',
    );
  });
});

describe('a portal whose PostgreSQL is away', () => {
  const away = { host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'secret' };
  it.each([
    ['not there', { postgres: { ...away, tls: 'off' } }, 'PostgreSQL does not answer'],
    ['not named', {}, 'no PostgreSQL is named'],
  ])('%s: answers with why, and no address', async (_what, config, words) => {
    const portal = await startPortal(config);
    try {
      const { text } = await portal.get('/models', 'admin').expect(503);
      expect(text).toContain(words);
      expect(text).not.toMatch(/127\.0\.0\.1|secret/);
    } finally {
      await portal.stop();
    }
  });
});

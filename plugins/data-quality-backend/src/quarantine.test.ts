import type { QuarantineList } from '@dolphinstage/plugin-data-quality-common';
import { Checker, until } from './__testUtils__/checker';
import { PEOPLE, type Person } from './__testUtils__/people';
import { datasetEntity, startPortal, type Portal } from './__testUtils__/portal';
import * as answers from './openapi/answers';

jest.setTimeout(90_000);

const QUARANTINE = '/datasets/orders/quarantine';
const REPLAY = `${QUARANTINE}/replay`;

describe('the quarantine in the portal', () => {
  let checker: Checker;
  let portal: Portal;

  const reachable = (of: Portal) =>
    until('Kafka is read', async () => (await of.get('/health', 'nobody')).body.reachable);
  const list = async (person: Person = 'owner', query = '') =>
    answers.quarantineList.parse(
      (await portal.get(`${QUARANTINE}${query}`, person).expect(200)).body,
    );
  const replay = async (body: object) =>
    answers.replayAnswer.parse((await portal.post(REPLAY, body).expect(200)).body);

  beforeAll(async () => {
    checker = await Checker.open();
    await checker.makeTopics();
    await checker.score('orders', 1);
    await checker.quarantine(1, { id: 'a', amount: -1, email: 'ann@example.com', secret: 'x' });
    await checker.quarantine(2, { id: 'b', amount: 1, email: 'ben@example.com' });
    await checker.quarantine(3, 'ann@example.com is no JSON', { 'quality-check': 'unparsable' });
    await checker.quarantine(4, { id: 'c', amount: 2 }, { 'quality-dataset': 'others' });
    portal = await startPortal(
      { ...checker.config, contracts: checker.contracts() },
      ['orders', 'others'].map(name => datasetEntity(name)),
    );
    await reachable(portal);
  });
  afterAll(async () => {
    await portal?.stop();
    await checker?.close();
  });

  it('shows rows to their owner, what the contract redacts masked and what it does not know left out', async () => {
    const { items, more, values } = await list();
    expect([more, values]).toEqual([false, 'shown']);
    expect(
      items
        .map(item => [item.origin.offset, item.check, item.detail, item.values])
        .sort(([a], [b]) => Number(a) - Number(b)),
    ).toEqual([
      [1, 'schema', 'must be >= 0', { id: 'a', amount: -1, email: '***' }],
      [2, 'schema', 'must be >= 0', { id: 'b', amount: 1, email: '***' }],
      [3, 'unparsable', 'must be >= 0', undefined],
    ]);
    expect(JSON.stringify(items)).not.toContain('example.com');
  });

  it('gives no more than it is asked for, and of one check', async () => {
    const { items, more } = await list('owner', '?limit=1&check=schema');
    expect([items.length, items[0]?.check, more]).toEqual([1, 'schema', true]);
    await portal.get(`${QUARANTINE}?limit=501`).expect(400);
  });

  it('shows no values to who may only look, and without a contract to nobody', async () => {
    const reader = await list('reader');
    expect([reader.values, reader.items.length]).toEqual(['not-allowed', 3]);
    expect(reader.items.filter(item => item.values)).toEqual([]);
    const without = await startPortal(checker.config, [datasetEntity('orders')]);
    try {
      await reachable(without);
      const { body } = await without.get(QUARANTINE).expect(200);
      expect(body).toMatchObject({ values: 'no-contract' });
      expect(JSON.stringify(body)).not.toContain('"amount":');
      await without.post(REPLAY, { dryRun: true }).expect(400);
    } finally {
      await without.stop();
    }
  });

  describe.each(PEOPLE)('%s', person => {
    const asked = {
      nobody: [401, 401, 401],
      guest: [403, 403, 403],
      reader: [200, 200, 403],
      owner: [200, 200, 200],
      other: [403, 403, 403],
      admin: [200, 200, 200],
    }[person];

    it(`is answered ${asked}: quality, quarantine, replay`, async () => {
      const told = [
        await portal.get('/datasets/orders', person),
        await portal.get(QUARANTINE, person),
        await portal.post(REPLAY, { dryRun: true }, person),
      ];
      expect(told.map(({ status }) => status)).toEqual(asked);
    });

    const sees = { nobody: undefined, guest: 0, reader: 2, owner: 2, other: 0, admin: 2 }[person];

    it(`sees ${sees ?? 'no list'} of 2 data sets`, async () => {
      const { body } = await portal.get('/datasets', person);
      expect(body.items?.length).toBe(sees);
    });
  });

  it.each([
    {},
    { dryRun: false },
    { dryRun: 'no' },
    { dryRun: true, ids: [] },
    { dryRun: true, all: true },
    { dryRun: false, expected: -1 },
  ])('refuses %j', async body => {
    expect((await portal.post(REPLAY, body)).status).toBe(400);
  });

  it('sends back what the contract accepts, once, and only as the dry run has said', async () => {
    portal.ended.splice(0);
    const before = await checker.written();
    const dry = await replay({ dryRun: true });
    expect(dry).toEqual({
      dryRun: true,
      replayed: 1,
      skipped: 0,
      stillBad: 2,
      reasons: expect.arrayContaining(['amount must be >= 0']),
    });
    await portal.post(REPLAY, { dryRun: false, expected: 2 }).expect(409);
    // Nothing was sent by either.
    expect(await checker.written()).toBe(before);
    expect(await replay({ dryRun: false, expected: 1 })).toMatchObject({ replayed: 1 });
    await until('it is there', async () => (await checker.written()) > before);
    const { items } = await list();
    expect(
      items.flatMap(({ origin, replayed }) => (replayed ? [origin.offset, replayed] : [])),
    ).toEqual([2, { at: expect.any(String), by: 'user:default/owner' }]);
    expect(await replay({ dryRun: true })).toMatchObject({ replayed: 0, skipped: 1 });
    expect(portal.ended.map(text => text.slice(0, 27))).toEqual([
      'quarantine-replay succeeded',
      'quarantine-replay failed: C',
      'quarantine-replay succeeded',
      'quarantine-replay succeeded',
    ]);
    expect(portal.ended[2]).toContain('"by":"user:default/owner"');
  });

  it('sends back no row of another data set, whatever ids are named', async () => {
    const { body } = await portal.get('/datasets/others/quarantine').expect(200);
    const id = (body as QuarantineList).items[0]!.id;
    expect(await replay({ dryRun: true, ids: [id] })).toMatchObject({ replayed: 0, skipped: 1 });
  });
});

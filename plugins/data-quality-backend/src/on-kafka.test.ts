import { Checker, until } from './__testUtils__/checker';
import { datasetEntity, startPortal, type Portal } from './__testUtils__/portal';
import * as answers from './openapi/answers';

const LIMIT_MS = 180_000;
jest.setTimeout(LIMIT_MS);

describe('a portal that follows a checker', () => {
  let checker: Checker;
  let portal: Portal;
  const entities = [datasetEntity('orders'), datasetEntity('silent')];
  const one = async (dataset = 'orders') =>
    answers.datasetQuality.parse((await portal.get(`/datasets/${dataset}`).expect(200)).body);
  const health = async () => answers.health.parse((await portal.get('/health', 'nobody')).body);

  beforeAll(async () => {
    checker = await Checker.open();
  });
  afterAll(async () => {
    await portal?.stop();
    await checker?.close();
  });

  it('starts before the checker does, says so, and finds its topics by itself', async () => {
    portal = await startPortal(checker.config, entities);
    await until('told that nothing is there', async () =>
      (await health()).problem?.includes('written nothing yet'),
    );
    const { body } = await portal.get('/datasets').expect(200);
    expect(answers.datasetList.parse(body).items.map(({ dataset }) => dataset)).toEqual([
      'orders',
      'silent',
    ]);
    await portal.get('/datasets/orders/quarantine').expect(503);
    await checker.makeTopics();
    await until('it is read', async () => (await health()).reachable);
    expect(await health()).toEqual({ reachable: true, asOf: expect.any(String) });
  });

  it('shows scores as they come, the oldest first, each window once', async () => {
    await checker.score('orders', 2);
    await checker.score('orders', 1);
    await checker.score('orders', 1, { rows: 10, passed: 10, score: 1, parts: {} });
    await checker.write(checker.topics.scores, { value: 'no score' }, { value: null });
    await checker.score('orders', 3, { rows: 0, passed: 0, score: null, parts: {} });
    const { windows, last } = await until('three windows', async () => {
      const quality = await one();
      return quality.windows.length === 3 && quality;
    });
    expect(windows.map(({ rows }) => rows)).toEqual([10, 100, 0]);
    expect(last).toMatchObject({ rows: 100, passed: 98, score: 0.98, parts: { schema: 1 } });
  });

  it('shows an alert until it is over, and notifies its owner once', async () => {
    await checker.alert('orders', 'a1', 'open');
    const open = await until('open', async () => (await one()).open[0]);
    expect(open).toMatchObject({ id: 'a1', words: expect.stringContaining('amount') });
    expect(open.examples[0]?.row).toEqual({ amount: -1, email: '***' });
    // Who may only read sees no row, here as in the quarantine.
    const { body } = await portal.get('/datasets/orders', 'reader').expect(200);
    const { origin, time } = open.examples[0]!;
    expect(body.open[0].examples[0]).toEqual({ origin, time });
    await until('notified', () => portal.sent.length === 1);
    expect(portal.recipients[0]).toEqual({ type: 'entity', entityRef: 'group:default/sales' });
    expect(portal.sent[0]).toMatchObject({
      scope: 'data-quality:a1',
      severity: 'high',
      link: '/catalog/default/resource/orders/quality',
    });
    await checker.alert('orders', 'a1', 'resolved');
    await until('over', async () => (await one()).open.length === 0);
    expect((await one()).recent.map(({ id }) => id)).toEqual(['a1']);
    await until('told that it is over', () => portal.sent.length === 2);
    expect(portal.sent[1]).toMatchObject({ scope: 'data-quality:a1', severity: 'low' });
  });

  it('notifies the owner that the contract names where the catalog knows none', async () => {
    await checker.alert('unknown', 'u1', 'open', { owner: 'finance', severity: 'critical' });
    await until('notified', () => portal.sent.length === 3);
    expect(portal.recipients[2]).toEqual({ type: 'entity', entityRef: 'group:default/finance' });
    expect(portal.sent[2]).toMatchObject({ severity: 'critical' });
  });

  it('knows after a restart what it knew, and tells nobody twice', async () => {
    await portal.stop();
    portal = await startPortal(checker.config, entities);
    await checker.alert('orders', 'a2', 'open');
    await until('the new one is told', () => portal.sent.length > 0);
    expect(portal.sent.map(({ scope }) => scope)).toEqual(['data-quality:a2']);
    await until('alerts and scores as before', async () => {
      const { windows, open, recent } = await one();
      return windows.length === 3 && open.length === 1 && recent.length === 1;
    });
  });
});

describe('a portal whose Kafka is away', () => {
  it.each([
    ['not there', { kafka: { brokers: ['127.0.0.1:1'] } }, 'Kafka'],
    ['not named', {}, 'no Kafka is named'],
  ])('%s: answers with why, and no address', async (_what, config, words) => {
    const portal = await startPortal(config, [datasetEntity('orders')]);
    try {
      const { body } = await portal.get('/datasets/orders').expect(200);
      expect(body).toMatchObject({ windows: [], problem: expect.stringContaining(words) });
      const { text } = await portal.get('/datasets/orders/quarantine').expect(503);
      expect(text).not.toContain('127.0.0.1:1');
    } finally {
      await portal.stop();
    }
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { SlackSink } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import { ContractFolder } from '../contract-folder';
import type { AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { slackChannel } from '../notify/slack-channel';
import { replayQuarantine } from '../quarantine/replay';
import type { Replica } from './replica';

const LIMIT_MS = 180_000;
/** How long Slack is down, in ms. */
const SLACK_DOWN_MS = process.env.DOLPHINSTAGE_TEST_ALL ? 600_000 : 0;
const MEGABYTE = 1024 * 1024;

const json = <T>(messages: readonly KafkaMessage[]) =>
  messages.map(({ value }) => JSON.parse(value!.toString()) as T);
const order = (id: string, more: object = {}) => ({ id, amount: 1, status: 'paid', ...more });

describe('a replica in trouble', () => {
  let streams: Streams;
  let slack: SlackSink;
  let replica: Replica;
  let alerts: KafkaMessage[];
  let scores: KafkaMessage[];
  let quarantine: KafkaMessage[];
  let problems: string[] = [];

  const start = async () => {
    replica = await startReplica(streams, text => problems.push(text), {
      channel: slackChannel(slack.url),
    });
    await until('ready', () => replica.waitingFor.length === 0);
  };
  const opened = (check: string, field = '') =>
    json<AlertEvent>(alerts).filter(
      ({ data }) => data.state === 'open' && data.check === check && (data.field ?? '') === field,
    );
  const counted = () =>
    json<WindowScore>(scores).reduce((sum, { rows, late }) => sum + rows + late, 0);
  const quarantined = (check: string) =>
    quarantine.filter(({ headers }) => headers!['quality-check']!.toString() === check);

  beforeAll(async () => {
    streams = await Streams.open();
    slack = await SlackSink.start();
    await ensureTopic(streams.kafka, {
      topic: streams.input,
      partitions: 1,
      largestMessage: 12 * MEGABYTE,
    });
    streams.contract(ordersContract(streams.input, { breaker: false, freshness: '3s' }));
    [alerts, scores, quarantine] = (await Promise.all(
      [streams.topics.alerts, streams.topics.scores, streams.topics.quarantine].map(topic =>
        streams.follow(topic),
      ),
    )) as [KafkaMessage[], KafkaMessage[], KafkaMessage[]];
    await start();
  }, LIMIT_MS);

  beforeEach(() => {
    problems = [];
  });

  afterAll(async () => {
    await replica?.stop();
    await slack?.stop();
    await streams?.close();
  }, LIMIT_MS);

  it(
    'goes on after poison: bytes that are no text, no JSON, nothing at all, and deep nesting',
    async () => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      await streams.write([
        { value: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
        { value: '' },
        { value: null },
        'null',
        '[1]',
        '"text"',
        deep,
        `{"id":${deep}}`,
        `{"id":"deep","amount":1,"status":"new","more":${deep}}`,
        order('after-poison'),
      ]);
      await until('all are counted', () => counted() >= 10);
      expect(quarantined('unparsable')).toHaveLength(3);
      expect(quarantined('schema')).toHaveLength(6);
      expect(problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'checks a message of 10 MB, and keeps of a bad one only where it is',
    async () => {
      const before = counted();
      const email = 'x'.repeat(10 * MEGABYTE);
      await streams.write([order('large-good', { email })]);
      await streams.write([order('large-bad', { email, amount: -1 })]);
      await until('both are counted', () => counted() >= before + 2);
      const kept = await until('it is kept', () =>
        quarantine.find(({ headers }) => headers!['quality-bytes'] !== undefined),
      );
      expect(kept.value).toHaveLength(0);
      expect(Number(kept.headers!['quality-bytes']!.toString())).toBeGreaterThan(10 * MEGABYTE);
      expect(opened('schema', 'amount')).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    'takes a changed contract into force, and refuses one that is none',
    async () => {
      const widened = ordersContract(streams.input, { breaker: false, freshness: '3s' }, 2) as {
        properties: Record<string, object>;
      };
      widened.properties.note = { type: 'string' };
      streams.contract(widened);
      // A row with a note was bad; when it is good, the new contract is in force.
      let id = 0;
      await until('the new contract', () => {
        const done = json<WindowScore>(scores).some(({ version }) => version === 2);
        if (!done) void streams.write([order(`note-${(id += 1)}`, { note: 'n' })]);
        return done;
      });
      await streams.write([order('note-good', { note: 'n' })]);
      streams.contract({ ...widened, properties: 'none' });
      await until('it is refused', () => problems.some(text => text.includes('is refused')));
      expect(await replica.metricsText()).toContain(
        'dolphinstage_quality_contract_invalid{file="orders.json"} 1',
      );
      await streams.write([order('still-good', { note: 'n' }), order('still-bad', { note: 1 })]);
      // Of the rows that asked for the new contract some come to the quarantine's reader as late as now.
      const kept = () => quarantined('schema').map(({ value }) => value!.toString());
      await until('both are checked by the old one', () =>
        kept().some(row => row.includes('"still-bad"')),
      );
      expect(kept().filter(row => /"(note|still)-good"/.test(row))).toEqual([]);
      streams.contract(widened);
      await until('nothing is refused', () => !problems.some(text => text.startsWith('crash')));
    },
    LIMIT_MS,
  );

  it(
    'tells Slack of everything once it is back, and nothing twice',
    async () => {
      slack.status = 503;
      const since = slack.posted.length;
      await streams.write([order('away-1', { status: 'lost' })]);
      await until('the alert', () => opened('schema', 'status').length > 0);
      await until('Slack was asked', () => problems.some(text => text.includes('503')));
      await streams.write([{ id: 'away-2', amount: 'much', status: 'paid' }]);
      await pause(SLACK_DOWN_MS);
      slack.status = 200;
      const said = () =>
        slack.posted
          .slice(since)
          .map(({ text }) => text)
          .join('\n');
      await until('Slack has it', () => said().includes('orders · schema · status'), LIMIT_MS);
      const told = slack.posted
        .slice(since)
        .filter(({ text }) => /warning: \*?orders · schema · status/.test(text));
      expect(told).toHaveLength(1);
      expect(told[0]!.text).not.toContain('was cut off');
    },
    LIMIT_MS + SLACK_DOWN_MS,
  );

  it(
    'says of a message whose arrival it cannot know that it may come twice',
    async () => {
      const since = slack.posted.length;
      slack.status = 0;
      await streams.write([{ id: 'doubt', status: 'paid' }]);
      await until('the first try', () => slack.posted.length > since);
      slack.status = 200;
      await until('the second try', () =>
        slack.posted.slice(since).some(({ text }) => text.includes('was cut off')),
      );
      expect(opened('schema', 'amount').length).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'says that rows have stopped coming, and that they come again',
    async () => {
      await streams.write([order('fresh-1')]);
      const before = opened('freshness').length;
      await until('it is stale', () => opened('freshness').length > before);
      await streams.write([order('fresh-2')]);
      const over = await until('it is over', () =>
        json<AlertEvent>(alerts).find(
          ({ data }) => data.state === 'resolved' && data.check === 'freshness',
        ),
      );
      expect(over.data.severity).toBe('critical');
    },
    LIMIT_MS,
  );

  it(
    'counts rows by clocks that are wrong: ahead as of now, long past as late',
    async () => {
      const before = counted();
      const hour = 3_600_000;
      await streams.write([
        {
          key: 'ahead',
          value: JSON.stringify(order('ahead')),
          timestamp: String(Date.now() + hour),
        },
        { key: 'past', value: JSON.stringify(order('past')), timestamp: String(Date.now() - hour) },
      ]);
      await until('both are counted', () => counted() >= before + 2);
      const all = json<WindowScore>(scores);
      expect(all.reduce((sum, { late }) => sum + late, 0)).toBe(1);
      expect(all.reduce((sum, { ahead }) => sum + ahead, 0)).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'finds a duplicate of a row that a predecessor has checked',
    async () => {
      const before = counted();
      await streams.write([order('twice')]);
      await until('it is counted', () => counted() > before);
      await replica.stop();
      await start();
      const duplicates = () =>
        json<WindowScore>(scores).reduce((sum, { parts }) => sum + (parts.duplicate ?? 0), 0);
      const had = duplicates();
      await streams.write([order('twice'), order('once')]);
      await until('the duplicate', () => duplicates() > had);
      expect(duplicates()).toBe(had + 1);
    },
    LIMIT_MS,
  );

  it(
    'forwards good rows once each, and stops when most are bad if the contract says so',
    async () => {
      const forward = `checked-${streams.id}`;
      const forwarded = await streams.follow(forward);
      const breaker = { above: 0.5, rows: 20, then: 'stop' };
      const contract = { breaker, forward, freshness: '3s', window: '60s' };
      streams.contract(ordersContract(streams.input, contract, 3));
      let id = 0;
      await until('rows are forwarded', () => {
        if (forwarded.length === 0) void streams.write([order(`forward-${(id += 1)}`)]);
        return forwarded.length > 0;
      });
      const bad = quarantined('schema').length;
      await streams.write(
        Array.from({ length: 100 }, (_none, n) => order(`worst-${n}`, { amount: -1 })),
      );
      await streams.write([order('behind-the-breaker')]);
      await until('it stopped', () => quarantined('schema').length > bad);
      const has = (name: string) =>
        forwarded.some(({ value }) => value!.toString().includes(`"${name}"`));
      // The rows after it are read again and again, and none is taken.
      await until('its lag shows', () => replica.lags.some(lag => lag > 0));
      expect(quarantined('schema').length).toBeLessThan(bad + 100);
      expect(has('behind-the-breaker')).toBe(false);
      streams.contract(ordersContract(streams.input, { ...contract, breaker: false }, 3));
      await until('it goes on', () => has('behind-the-breaker'));
      await until('all bad rows are kept', () => quarantined('schema').length >= bad + 100);
      expect(quarantined('schema')).toHaveLength(bad + 100);
      const ids = forwarded.map(
        ({ value }) => (JSON.parse(value!.toString()) as { id: string }).id,
      );
      expect(new Set(ids).size).toBe(ids.length);
    },
    LIMIT_MS,
  );

  it(
    'looks back by a changed rule of duplicates, too',
    async () => {
      const rule = (duplicates: object | false, version: number) =>
        streams.contract(
          ordersContract(streams.input, { breaker: false, duplicates, window: '1s' }, version),
        );
      let probe = 0;
      const inForce = (version: number) =>
        until(`contract ${version}`, () => {
          const done = json<WindowScore>(scores).some(score => score.version === version);
          if (!done) void streams.write([order(`probe-${(probe += 1)}`)]);
          return done;
        });
      rule(false, 4);
      await inForce(4);
      await streams.write([order('before-the-rule')]);
      rule({ by: ['id'] }, 5);
      await inForce(5);
      const duplicates = () =>
        json<WindowScore>(scores)
          .filter(({ version }) => version === 5)
          .reduce((sum, { parts }) => sum + (parts.duplicate ?? 0), 0);
      expect(duplicates()).toBe(0);
      await streams.write([order('before-the-rule'), order('after-the-rule')]);
      await until('the duplicate', () => duplicates() > 0);
      expect(duplicates()).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'forwards rows as large as its input takes to a topic that it makes, and tells of those that another topic does not take',
    async () => {
      const to = (name: string, version: number) => {
        const forward = `${name}-${streams.id}`;
        const contract = { breaker: false, duplicates: false, forward, window: '1s' };
        streams.contract(ordersContract(streams.input, contract, version));
        return forward;
      };
      const large = (id: string) => order(id, { email: 'x'.repeat(2 * MEGABYTE) });
      const ids = (messages: readonly KafkaMessage[]) =>
        json<{ id: string }>(messages).map(({ id }) => id);
      const made = to('made', 6);
      let probe = 0;
      while (!(await streams.has(made))) await streams.write([order(`made-${(probe += 1)}`)]);
      const forwarded = await streams.follow(made);
      await streams.write([large('large')]);
      await until('it is forwarded', () => ids(forwarded).includes('large'));

      const others = await streams.follow(`others-${streams.id}`);
      to('others', 7);
      while (others.length === 0) await streams.write([order(`others-${(probe += 1)}`)]);
      await streams.write([large('too-large'), order('after-it')]);
      await until('the next one', () => ids(others).includes('after-it'));
      expect(ids(others)).not.toContain('too-large');
      const kept = () =>
        quarantine.filter(({ headers }) => /larger/.test(String(headers!['quality-detail'])));
      await until('it is in quarantine', () => kept().length > 0);
      expect(kept()).toHaveLength(1);
      // It would come back for ever.
      const contracts = new ContractFolder(streams.folder).current;
      const { topics } = streams;
      const wanted = { topics, contracts, by: 'test', check: 'schema' };
      const { replayed, stillBad } = await replayQuarantine(streams.kafka, wanted);
      expect(stillBad.filter(({ detail }) => /larger/.test(detail))).toHaveLength(1);
      expect(replayed).toEqual([]);
    },
    LIMIT_MS,
  );
});

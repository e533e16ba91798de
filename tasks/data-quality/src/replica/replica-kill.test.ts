import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { seededRandom, SlackSink, testSeed } from '@dolphinstage/test';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { freePorts } from '../__testUtils__/free-ports';
import { KafkaCluster } from '../__testUtils__/kafka-cluster';
import { ReplicaProcess, replicaProgram } from '../__testUtils__/replica-process';
import { Streams, until } from '../__testUtils__/streams';
import type { DeltaRecord } from '../check/delta';
import type { AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { readTopic } from '../reading/read-topic';

const WHOLE = Boolean(process.env.DOLPHINSTAGE_TEST_ALL);
const SEED = testSeed();
const ROWS_A_SECOND = WHOLE ? 20_000 : 2_000;
const SESSION_MS = 1_500;
const MOST_BAD = 500;
const PARTITIONS = 6;
const WRITE_EVERY_MS = 100;
/** Seldom enough that a message to Slack names all that began while nobody told of it. */
const BAD_EVERY_MS = 1_000;
/** After a stall the writer catches up in pieces that a broker takes. */
const MOST_ROWS = 5_000;
/** So many rows at once are repeated, as often as one is bad: each that is found is written at once. */
const REPEATED = 30;
/** How far back they may be: with {@link WHOLE} further than the checker looks. */
const MOST_BACK = 40 * ROWS_A_SECOND;
/** How far back in a partition it looks, and for how long, unless told. */
const LOOKS_BACK = { messages: 100_000, ms: 3_600_000 };
const LIMIT_MS = WHOLE ? 900_000 : 240_000;

/** Of the bad row with that number. */
const fieldOf = (number: number) => `f${number}`;

/** The good row with that number, always in the same partition. */
const rowOf = (number: number) => ({
  key: `r${number}`,
  value: JSON.stringify({ id: `r${number}`, v: number % 97 }),
  // Told its partition: the writer's time is the checkers' too.
  partition: number % PARTITIONS,
});

/** A contract in which a bad row can be bad in many places: each is an alert of its own, whose way can be followed. */
function contractOf(topic: string): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    'x-dataset': 'events',
    'x-version': 1,
    'x-key': ['id'],
    // The statistics have tests of their own; here are only as many rows as a test can wait for.
    'x-quality': { topic, window: '2s', breaker: false, falseAlarms: 0.000001 },
    properties: {
      id: { type: 'string' },
      v: { type: 'number' },
      more: {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: MOST_BAD }, (_none, n) => [fieldOf(n), { type: 'number' }]),
        ),
      },
    },
    required: ['id', 'v'],
  };
}

const perPartition = () => Array.from({ length: PARTITIONS }, () => 0);
const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
const json = <T>(messages: readonly KafkaMessage[]) =>
  messages.map(({ value }) => JSON.parse(value!.toString()) as T);

/** Two are one of each kind, where they alternate. */
const FAULTS = WHOLE ? 20 : 2;
const CASES = [
  { title: 'killing one or two at once', fault: 'kill' },
  // Two replicas at once die in the first case: three brokers leave them too little of two cores to catch up in time.
  { title: 'killing one and brokers of three in turn', fault: 'kill-brokers' },
  // They are taken for dead, and wake when others have taken over.
  { title: 'stalling them', fault: 'stall' },
  { title: 'ending and starting them in a storm', fault: 'storm' },
  { title: "filling the broker's disk", fault: 'disk-full' },
] as const;

/** A full disk ends a broker. It is tried with one alone, since its rows are all there when it is back. */
const OWN_CLUSTER: Partial<Record<string, { nodes: number; ownDisks?: boolean }>> = {
  'kill-brokers': { nodes: 3 },
  'disk-full': { nodes: 1, ownDisks: true },
};

describe.each(CASES)('three replicas, $title', ({ fault }) => {
  let cluster: KafkaCluster | undefined;
  let streams: Streams;
  let slack: SlackSink;
  let replicas: ReplicaProcess[];

  beforeAll(async () => {
    cluster = OWN_CLUSTER[fault] && (await KafkaCluster.start(OWN_CLUSTER[fault]));
    const { brokers } = cluster ?? testPlatform().kafka;
    streams = await Streams.open(brokers);
    slack = await SlackSink.start();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: PARTITIONS });
    streams.contract(contractOf(streams.input), 'events.json');
    const connections = join(streams.folder, 'connections');
    const kafka = { kind: 'kafka', brokers };
    const settings = { kafka, slack: { kind: 'http', baseUrl: slack.url } };
    writeFileSync(connections, JSON.stringify(settings), { mode: 0o600 });
    const program = await replicaProgram(join(streams.folder, 'program'));
    const ports = await freePorts(3);
    replicas = ports.map(
      (port, n) =>
        new ReplicaProcess(`replica-${n + 1}`, port, {
          ...{ program, contracts: streams.folder, connections, group: streams.group },
          ...{ sessionMs: SESSION_MS, suffix: streams.id, slack: true },
        }),
    );
    replicas.forEach(replica => replica.start());
  }, 180_000);

  afterAll(async () => {
    await Promise.all((replicas ?? []).map(replica => replica.end('SIGKILL')));
    await slack?.stop();
    await streams?.close();
    await cluster?.stop();
  }, 60_000);

  const some = (count: number, random: () => number) =>
    [...replicas].sort(() => random() - 0.5).slice(0, count);

  /** Until it is written: a writer waits for brokers, however long a slow machine begins them. */
  const write = async (rows: readonly object[]): Promise<void> => {
    for (const end = Date.now() + 180_000; ; await pause(500)) {
      try {
        await streams.write(rows);
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  };

  let line: Promise<unknown> = Promise.resolve();
  /** One after the other: what is written, and what must not come in between. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = line.then(work);
    line = done.catch(() => {});
    return done;
  };

  const begun: { readonly at: number; readonly what: string }[] = [];
  const begin = (what: string) => begun.push({ at: Date.now(), what });

  const kill = async (count: number, random: () => number) => {
    const chosen = some(count, random);
    begin(chosen.length === 2 ? 'two replicas' : 'a replica');
    await Promise.all(chosen.map(replica => replica.end('SIGKILL')));
    await pause(random() * 3_000);
    chosen.forEach(replica => replica.start());
  };

  const faults = {
    kill: (turn: number, random: () => number) => kill(turn % 4 === 3 ? 2 : 1, random),
    'kill-brokers': async (turn: number, random: () => number) => {
      if (turn % 2 === 1) {
        await kill(1, random);
        return;
      }
      const node = Math.floor(random() * 3);
      begin('a broker');
      await cluster!.killNode(node);
      await pause(4_000 + random() * 2_000);
      await cluster!.startNode(node);
      await cluster!.ready();
    },
    'disk-full': async (_turn: number, random: () => number) => {
      // Between batches: filled in the middle of some, the topic has had fewer rows afterwards than were read before.
      begin('a full disk');
      await alone(() => cluster!.fillDisk(0));
      await pause(random() * 4_000);
      await cluster!.startNode(0);
      await cluster!.ready();
    },
    stall: async (_turn: number, random: () => number) => {
      const [chosen] = some(1, random);
      begin('a stall');
      chosen!.stall();
      await pause(SESSION_MS + 1_000 + random() * 3_000);
      chosen!.go();
    },
    storm: async (_turn: number, random: () => number) => {
      for (let again = 0; again < 3; again += 1) {
        const [chosen] = some(1, random);
        begin('a restart');
        await chosen!.end('SIGTERM');
        chosen!.start();
        await pause(random() * 1_000);
      }
    },
  };

  /** How many rows of each partition were checked, and how many of them found to have been there before. */
  const checked = async () => {
    const [rows, duplicates] = [perPartition(), perPartition()];
    for (const { key, value } of await streams.read(streams.topics.windows)) {
      if (!key?.includes('/')) continue;
      const { partition, datasets } = JSON.parse(value!.toString()) as DeltaRecord;
      const windows = Object.values(datasets).flatMap(delta => delta.windows);
      rows[partition]! += sum(windows.map(window => window.rows));
      const found = windows.flatMap(window => window.faults);
      const before = found.filter(({ check }) => check === 'duplicate');
      duplicates[partition]! += sum(before.map(kind => kind.rows));
    }
    return { rows, duplicates };
  };

  /** How many rows of each partition had been there before, by the rule and what is in the topic: also what the writer has tried again. */
  const doubled = async () => {
    const duplicates = perPartition();
    const last = duplicates.map(() => new Map<number, { offset: number; time: number }>());
    await readTopic(streams.kafka, { topic: streams.input }, (message, partition) => {
      const row = JSON.parse(message.value!.toString()) as { id: string; more?: object };
      // A bad one is none, however often it comes.
      if (row.more) return;
      const number = Number(row.id.slice(1));
      const [offset, time] = [Number(message.offset), Number(message.timestamp)];
      const before = last[partition]!.get(number);
      last[partition]!.set(number, { offset, time });
      if (!before || offset - before.offset > LOOKS_BACK.messages) return;
      if (Math.abs(time - before.time) <= LOOKS_BACK.ms) duplicates[partition]! += 1;
    });
    return duplicates;
  };

  /** What has come of it, once it is all there; after two minutes whatever there is. */
  const settled = async (alerts: number) => {
    const { topics } = streams;
    for (const end = Date.now() + 120_000; ; await pause(1_000)) {
      const scores = json<WindowScore>(await streams.read(topics.scores));
      const counted = scores.reduce((all, score) => all + score.rows + score.late, 0);
      const opened = (await streams.read(topics.alerts))
        .map(({ value, timestamp }) => {
          return { ...(JSON.parse(value!.toString()) as AlertEvent), at: Number(timestamp) };
        })
        .filter(({ data }) => data.state === 'open' && data.check === 'schema');
      // What the writer had to try again may be there twice, and late: each message counts.
      const inTopic = await streams.inputRows();
      if ((counted >= sum(inTopic) && opened.length >= alerts) || Date.now() > end) {
        const quarantine = await streams.read(topics.quarantine);
        return { inTopic, counted, opened, quarantine, scores };
      }
    }
  };

  it(
    `checks every row once and tells each alert once, ${FAULTS} times, seed ${SEED}`,
    async () => {
      const random = seededRandom(SEED);
      await allReady(replicas);

      const repeated = seededRandom(SEED + 1);
      let written = 0;
      const bad = new Map<string, number>();
      let writing = true;
      const writer = (async () => {
        const began = Date.now();
        for (let nextBad = began; writing;) {
          const due = Math.floor(((Date.now() - began) / 1000) * ROWS_A_SECOND);
          const rows: object[] = [];
          const most = Math.min(due, written + MOST_ROWS);
          for (; written < most; written += 1) {
            rows.push(rowOf(written));
          }
          if (Date.now() >= nextBad && bad.size < MOST_BAD) {
            nextBad = Date.now() + BAD_EVERY_MS;
            const name = fieldOf(bad.size);
            bad.set(`more/${name}`, Date.now());
            const row = { id: `r${written}`, v: 1, more: { [name]: 'no number' } };
            // Its own time, which it keeps however often and late the writer has to try.
            rows.push({
              key: row.id,
              value: JSON.stringify(row),
              timestamp: String(Date.now()),
            });
            written += 1;
            for (let n = 0; n < REPEATED; n += 1) {
              const back = Math.floor(repeated() * Math.min(written, MOST_BACK));
              rows.push(rowOf(written - 1 - back));
            }
          }
          await alone(() => write(rows));
          await pause(WRITE_EVERY_MS);
        }
      })();

      for (let turn = 0; turn < FAULTS; turn += 1) {
        await pause(1_000 + random() * 2_000);
        await faults[fault](turn, random);
        await allReady(replicas, cluster !== undefined);
      }
      writing = false;
      await writer;

      const { inTopic, counted, opened, quarantine, scores } = await settled(bad.size);
      const fresh = () => slack.posted.filter(({ text }) => !text.includes('was cut off'));
      const told = (field: string, posts = slack.posted) =>
        posts.filter(
          ({ text }) =>
            text.includes(`warning: *events · schema · ${field}*`) ||
            text.includes(`warning: events · schema · ${field}:`),
        );
      await until(
        'Slack',
        () => [...bad.keys()].every(field => told(field).length > 0),
        30_000,
      ).catch(() => {});

      const duplicates = await doubled();
      expect(sum(duplicates)).toBeGreaterThan(0);
      expect(await checked()).toEqual({ rows: inTopic, duplicates });
      expect(counted).toBe(sum(inTopic));
      // What came late is in no window.
      const inNone = sum(duplicates) - sum(scores.map(({ parts }) => parts.duplicate ?? 0));
      expect(inNone).toBeGreaterThanOrEqual(0);
      expect(inNone).toBeLessThanOrEqual(sum(scores.map(({ late }) => late)));
      const origins = quarantine.map(({ headers }) =>
        [headers!['quality-partition'], headers!['quality-offset']].join('@'),
      );
      expect(new Set(origins).size).toBe(origins.length);
      expect(origins.length).toBeGreaterThanOrEqual(bad.size);
      const copiesOf = (field: string) =>
        quarantine.filter(({ value }) => value!.includes(`"${field.replace('more/', '')}":`));
      const ids = opened.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const fields = opened.map(({ data }) => data.field!);
      expect([...new Set(fields)].sort()).toEqual([...bad.keys()].sort());
      // A copy may come when the alert of the first is over: an alert of its own, but never more than there are copies.
      const often = (field: string) => fields.filter(one => one === field).length;
      expect([...bad.keys()].filter(field => often(field) > copiesOf(field).length)).toEqual([]);
      const fromSlack = [...bad.keys()].map(field => ({
        field,
        lost: told(field).length === 0,
        twice: told(field, fresh()).length > often(field),
      }));
      expect(fromSlack.filter(({ lost, twice }) => lost || twice)).toEqual([]);
      const doubtful = slack.posted.length - fresh().length;
      // A death leaves a message or none in doubt; that they were all told again with the mark would be no art.
      expect(doubtful).toBeLessThanOrEqual(begun.length);

      const ways = [...bad].map(([field, since]) => {
        const { at: end } = told(field)[0]!;
        const after = begun.findLast(({ at: start }) => start <= end)?.what;
        return { field, since, ms: end - since, after };
      });
      const slowest = ways.reduce((a, b) => (b.ms > a.ms ? b : a));
      const stops = [
        Number(copiesOf(slowest.field)[0]!.timestamp),
        opened.find(({ data }) => data.field === slowest.field)!.at,
      ].map(when => (when - slowest.since) / 1000);
      const latencies = ways.map(({ ms }) => ms).sort((a, b) => a - b);
      const most = [...new Set(begun.map(({ what }) => what))].map(what => {
        const these = ways.filter(({ after }) => after === what).map(({ ms }) => ms);
        return `after ${what} ${Math.max(0, ...these) / 1000} s`;
      });
      const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]! / 1000;
      console.info(
        `${sum(inTopic)} rows, ${sum(duplicates)} of them duplicates, ${bad.size} alerts through ${FAULTS} faults: alert after p50 ${at(0.5)} s, p99 ${at(0.99)} s, most ${at(1)} s (${most.join(', ')}; the slowest was checked after ${stops[0]} s and judged after ${stops[1]} s); told again as doubtful: ${doubtful}`,
      );
    },
    LIMIT_MS,
  );
});

/** @param supervised - whether one that ends, since Kafka was away for long, is started again. */
async function allReady(replicas: readonly ReplicaProcess[], supervised = false): Promise<void> {
  for (const end = Date.now() + 60_000; ; await pause(200)) {
    if (supervised) {
      replicas.filter(({ running }) => !running).forEach(replica => replica.start());
    }
    const waiting = await Promise.all(replicas.map(replica => replica.waitingFor()));
    if (waiting.every(what => what === undefined)) return;
    if (Date.now() > end) {
      throw new Error(
        replicas.map(({ name, log }, n) => `${name} ${waiting[n]}\n${log}`).join('\n---\n'),
      );
    }
  }
}

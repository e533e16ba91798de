import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pythonVenv, run } from '@dolphinstage/embedded';
import { bundleProgram } from '@dolphinstage/task-kit';
import { ensureTopic, openKafka, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Kafka } from 'kafkajs';
import { SlackSink } from '../doubles/slack/sink';
import { BenchError, type Bench, type BenchCase, type BenchContext } from '../src/bench';
import { ROOT } from '../src/dolphinstage';
import { seededRandom } from '../src/random';
import {
  badOrder,
  meanBytes,
  order,
  ordersContract,
  writeContract,
  writeOrders,
} from './quality/orders';
import { quantile, usageOf } from './timings';

const ROWS = 1_500_000;
/** Of the Python rivals: they take so long a row. */
const RIVAL_ROWS = { river: 100_000, expectations: 500_000 };
const PARTITIONS = 6;
/** The steady stream in which alerts are timed. */
const STEADY = { rows_per_s: 2_000, seconds: 70, alertEveryMs: 1_500, settleS: 10 };
const LIMIT_S = 300;
const POLL_MS = 100;

const PYTHON = {
  name: 'bench-quality',
  requirements: [
    ...['confluent-kafka==2.16.1', 'orjson==3.13.0', 'jsonschema-rs==0.61.2', 'river==0.26.1'],
    ...['great_expectations==1.24.1'],
  ],
};

/** Ids that no order of the topic has, also when the stream is written a second time. */
let steadyFirst = 1_000_000_000;
/** A case's alerts aren't those of the case before, whose rows are read again. */
let nextProbe = 0;

const LOADER = ['--import', pathToFileURL(require.resolve('tsx')).href];

/** What reading all rows took. */
interface Taken {
  readonly wall_s: number;
  readonly cpu_s: number;
  readonly peak_mb: number;
}

/** The stream checker beside the client alone, and the same checks in Python. */
const bench: Bench = {
  name: 'quality',
  servers: ['kafka'],
  async run(context) {
    const { platform, report, signal } = context;
    const folder = mkdtempSync(join(tmpdir(), 'bench-quality-'));
    const kafka = await openKafka({ kind: 'kafka', tls: false, ...platform.kafka });
    const brokers = platform.kafka.brokers.join();
    const id = randomUUID().slice(0, 8);
    const topic = `orders-${id}`;
    const slack = await SlackSink.start();
    const cases: BenchCase[] = [];
    const add = (name: string, rows: number, taken: Taken, more: object = {}) => {
      const row: BenchCase = {
        name,
        median_s: taken.wall_s,
        cpu_s: taken.cpu_s,
        peak_mb: taken.peak_mb,
        messages_per_s: Math.round(rows / taken.wall_s),
        messages_per_cpu_s: Math.round(rows / taken.cpu_s),
        ...more,
      };
      report(JSON.stringify(row));
      cases.push(row);
      return row;
    };
    try {
      report(`${ROWS} orders`);
      await ensureTopic(kafka, { topic, partitions: PARTITIONS });
      await writeOrders(kafka, topic, ROWS);
      writeContract(folder, topic);
      writeFileSync(join(folder, 'schema'), JSON.stringify(ordersContract(topic)));
      writeFileSync(
        join(folder, 'connections'),
        JSON.stringify({
          kafka: { kind: 'kafka', brokers: platform.kafka.brokers },
          slack: { kind: 'http', baseUrl: slack.url },
        }),
        { mode: 0o600 },
      );
      const main = join(ROOT, 'tasks/data-quality/src/replica/main.ts');
      const replica = await bundleProgram(main, 'dolphinstage-quality', folder);
      for (const how of ['consume', 'parse']) {
        signal.throwIfAborted();
        const said = await program(process.execPath, [
          ...[...LOADER, join(__dirname, 'quality/consume-main.ts')],
          ...[brokers, topic, String(ROWS), how],
        ]);
        add(how === 'consume' ? 'limit' : 'limit-parse', ROWS, said);
      }
      const limit = cases[0]!.messages_per_cpu_s as number;
      const world: World = { kafka, folder, replica: replica.file, topic, slack, context };
      for (const [name, replicas] of [
        ['one-replica', 1],
        ['three-replicas', 3],
      ] as const) {
        signal.throwIfAborted();
        const { taken, latencies } = await checked(world, name, replicas);
        add(name, ROWS, taken, {
          p50_alert_s: quantile(latencies, 0.5),
          p99_alert_s: quantile(latencies, 0.99),
          alerts: latencies.length,
        });
      }
      const python = await pythonVenv(context.machine, PYTHON, report);
      const rival = async (name: string, script: string, rows: number, more: string[] = []) => {
        signal.throwIfAborted();
        const args = [join(__dirname, 'quality', script), brokers, topic, String(rows), ...more];
        add(name, rows, await program(python, args));
      };
      await rival('rival-river', 'river_checks.py', RIVAL_ROWS.river, [join(folder, 'schema')]);
      await rival('rival-great-expectations', 'expectations.py', RIVAL_ROWS.expectations);
      const per = (name: string) =>
        cases.find(known => known.name === name)!.messages_per_cpu_s as number;
      for (const name of ['one-replica', 'three-replicas']) {
        Object.assign(
          cases.find(known => known.name === name)!,
          {
            ratio_to_limit: limit / per(name),
            ratio_to_rival: per('rival-river') / per(name),
          },
        );
      }
      return {
        bench: 'quality',
        configuration: {
          rows: ROWS,
          bytes: Math.round(meanBytes()),
          partitions: PARTITIONS,
          kafka: '4.4.0, one broker, acks=all, no compression, on the same machine',
          limit: 'the client alone; limit-parse: with JSON.parse',
          replicas:
            'all checks on: schema with formats, duplicates by id over 100,000 messages, robust z-scores of 5,000 series, half-space trees, all statistics; transactions',
          alerts: `in a steady stream of ${STEADY.rows_per_s} rows a second, a bad row of another kind every ${STEADY.alertEveryMs} ms: from its timestamp until the local sink that stands in for Slack has it`,
          rivals: `${PYTHON.requirements.join(' ')}; confluent-kafka reads; river: ${RIVAL_ROWS.river} rows; Great Expectations: ${RIVAL_ROWS.expectations} rows in batches of 20,000, 17 expectations`,
          ratios: 'CPU seconds a row: ours divided by theirs',
          goals:
            '≥ 150,000 messages a CPU second; p99 of alerts below 1 s; ≥ 4 times the rival per CPU second',
        },
        cases,
      };
    } finally {
      await slack.stop();
      await remove(kafka, id);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface World {
  readonly kafka: Kafka;
  readonly folder: string;
  /** The replicas' program. */
  readonly replica: string;
  readonly topic: string;
  readonly slack: SlackSink;
  readonly context: BenchContext;
}

/** Runs a program that prints what it took as JSON. */
async function program(command: string, args: string[]): Promise<Taken> {
  const lines = (await run(command, args, { limit: LIMIT_S })).trim().split('\n');
  return JSON.parse(lines.at(-1)!) as Taken;
}

function startReplica({ folder, replica }: World, suffix: string, name: string): ChildProcess {
  const args = [
    ...['--contracts', folder, '--connections', join(folder, 'connections'), '--slack', 'slack'],
    ...['--name', name, '--group', `quality-${suffix}`, '--topic-suffix', suffix, '--port', '0'],
  ];
  return spawn(process.execPath, [replica, ...args], { stdio: 'ignore' });
}

const cpuOf = (children: readonly ChildProcess[]) =>
  children.reduce((sum, { pid }) => sum + usageOf(pid!).cpu_s, 0);

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** All rows through so many replicas, and after that alerts in a steady stream. */
async function checked(world: World, name: string, replicas: number) {
  const { kafka, topic, slack, context } = world;
  const suffix = topic.replace('orders-', `${name}-`);
  const children = Array.from({ length: replicas }, (_none, n) =>
    startReplica(world, suffix, `replica-${n + 1}`),
  );
  const admin = kafka.admin();
  await admin.connect();
  try {
    const group = `quality-${suffix}`;
    const done = async () => {
      const [of] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return of!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    };
    // From the first rows that are done with, so that starting and joining isn't in it.
    const first = await reach(done, 1);
    const began = { at: performance.now(), cpu: cpuOf(children) };
    const rows = (await admin.fetchTopicOffsets(topic)).reduce(
      (sum, { high }) => sum + Number(high),
      0,
    );
    await reach(done, rows);
    const share = rows / (rows - first);
    const taken = {
      wall_s: ((performance.now() - began.at) / 1000) * share,
      cpu_s: (cpuOf(children) - began.cpu) * share,
      peak_mb: Math.max(...children.map(({ pid }) => usageOf(pid!).peak_mb)),
    };
    context.report(`${name}: ${taken.wall_s.toFixed(1)} s`);
    return { taken, latencies: await alertLatencies(kafka, topic, slack) };
  } finally {
    await admin.disconnect();
    await Promise.all(children.map(end));
  }
}

async function reach(ask: () => Promise<number>, goal: number): Promise<number> {
  for (const limit = Date.now() + LIMIT_S * 1000; ; await pause(POLL_MS)) {
    const now = await ask();
    if (now >= goal) return now;
    if (Date.now() > limit) {
      throw new BenchError('WRONG_RESULT', `${now} of ${goal} rows after ${LIMIT_S} s`, {
        todo: 'Run a replica by hand and look at what it says.',
      });
    }
  }
}

/** How long each alert of a steady stream takes to the sink, in seconds. */
async function alertLatencies(kafka: Kafka, topic: string, slack: SlackSink): Promise<number[]> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const random = seededRandom(2);
  const bad = new Map<number, number>();
  const began = Date.now();
  const first = slack.posted.length;
  let sent = 0;
  let nextBad = began + STEADY.settleS * 1000;
  while (Date.now() < began + STEADY.seconds * 1000) {
    const due = Math.floor(((Date.now() - began) / 1000) * STEADY.rows_per_s);
    const messages = steadyOrders(sent, due, random);
    sent = due;
    if (Date.now() >= nextBad) {
      const probe = nextProbe;
      nextProbe += 1;
      bad.set(probe, Date.now());
      messages.push({
        key: `bad-${probe}`,
        value: badOrder(steadyFirst + 5_000_000 + probe, probe, random),
      });
      nextBad += STEADY.alertEveryMs;
    }
    if (messages.length > 0) await producer.send({ topic, messages, acks: -1 });
    await pause(20);
  }
  await producer.disconnect();
  steadyFirst += 10_000_000;
  const toldAt = (probe: number) =>
    slack.posted
      .slice(first)
      .find(({ text }) =>
        new RegExp(`warning: \\*?orders · schema · more/probe${probe}\\b`).test(text),
      )?.at;
  await reach(
    async () => [...bad.keys()].filter(probe => toldAt(probe) !== undefined).length,
    bad.size,
  );
  return [...bad].map(([probe, at]) => (toldAt(probe)! - at) / 1000);
}

function steadyOrders(from: number, to: number, random: () => number) {
  return Array.from({ length: Math.max(0, to - from) }, (_none, n) => ({
    key: `steady-${from + n}`,
    value: order(steadyFirst + from + n, random),
  }));
}

async function remove(kafka: Kafka, id: string): Promise<void> {
  await withAdmin(kafka, async admin => {
    const topics = (await admin.listTopics()).filter(topic => topic.endsWith(id));
    await admin.deleteTopics({ topics });
  });
}

export default bench;

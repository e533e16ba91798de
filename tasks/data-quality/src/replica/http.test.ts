import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { SlackSink } from '@dolphinstage/test';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
// What rules and dashboards are proven on: a test's own, which no package gives away.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import { healthySeries } from '../../../../deploy/src/testing/checker-metrics';
import { freePorts } from '../__testUtils__/free-ports';
import { ReplicaProcess, replicaProgram } from '../__testUtils__/replica-process';
import { ordersContract, Streams } from '../__testUtils__/streams';

const LIMIT_MS = 180_000;
const PREFIX = 'dolphinstage_quality_';

/** A series' name and which labels it has, whatever their values. */
function shapeOf(series: string): string {
  const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series)!;
  const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label);
  return `${name}{${names.sort().join()}}`;
}

/** Of all of its own metrics, sorted. */
function shapesIn(metrics: string): string[] {
  const series = metrics
    .split('\n')
    .filter(line => line.startsWith(PREFIX))
    .map(line => line.slice(PREFIX.length, line.lastIndexOf(' ')));
  return [...new Set(series.map(shapeOf))].sort();
}

describe('a replica, asked over HTTP', () => {
  let streams: Streams;
  let slack: SlackSink;
  let replica: ReplicaProcess;

  beforeAll(async () => {
    [streams, slack] = await Promise.all([Streams.open(), SlackSink.start()]);
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    streams.contract(ordersContract(streams.input));
    const connections = join(streams.folder, 'connections');
    const settings = {
      kafka: { kind: 'kafka', brokers: testPlatform().kafka.brokers },
      slack: { kind: 'http', baseUrl: slack.url },
    };
    writeFileSync(connections, JSON.stringify(settings), { mode: 0o600 });
    const program = await replicaProgram(join(streams.folder, 'program'));
    const [port] = await freePorts(1);
    replica = new ReplicaProcess('replica-1', port!, {
      ...{ program, contracts: streams.folder, connections, group: streams.group },
      ...{ sessionMs: 1_500, suffix: streams.id, slack: true },
    });
    replica.start();
  }, LIMIT_MS);

  afterAll(async () => {
    await replica?.end('SIGTERM');
    await Promise.all([streams?.close(), slack?.stop()]);
  }, LIMIT_MS);

  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${replica.port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  /** Asks until it is answered as wanted. */
  const until = async <T>(what: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> => {
    for (const end = Date.now() + 60_000; ; await pause(20)) {
      const answer = await what().catch(() => undefined);
      if (answer !== undefined && wanted(answer)) return answer;
      if (Date.now() > end) throw new Error(`${JSON.stringify(answer)}\n${replica.log}`);
    }
  };

  it(
    'lives at once, and is ready when it checks',
    async () => {
      const asked = ['/healthz', '/readyz', '/metrics', '/nothing'];
      const first = await until(
        () => Promise.all(asked.map(ask)),
        () => true,
      );
      expect(first).toEqual([
        { status: 200, text: 'ok\n' },
        { status: 503, text: 'not started\n' },
        { status: 503, text: 'not started\n' },
        { status: 404, text: 'not here\n' },
      ]);
      const ready = await until(
        () => ask('/readyz'),
        ({ status }) => status === 200,
      );
      expect(ready.text).toBe('ready\n');
      expect(await ask('/healthz?why=not')).toMatchObject({ status: 200 });
    },
    LIMIT_MS,
  );

  it(
    'tells Prometheus what the rules and dashboards are proven on, by the same names and labels, and no more',
    async () => {
      const order = (n: number) => ({ id: `o-${n}`, amount: n, status: 'new' });
      await streams.write([
        ...Array.from({ length: 20 }, (_none, n) => order(n)),
        { ...order(20), amount: -1 },
        { value: JSON.stringify(order(21)), headers: { dataset: 'nobodys' } },
      ]);
      streams.contract({ ...ordersContract(streams.input), 'x-key': ['nothing'] });
      const proven = [...new Set([...healthySeries(0).keys()].map(shapeOf))].sort();
      const told = await until(
        async () => shapesIn(await replica.metrics()),
        shapes => shapes.length >= proven.length,
      ).catch(async () => shapesIn(await replica.metrics()));
      expect(told).toEqual(proven);
      const lines = [
        `messages_total{dataset="orders",topic="${streams.input}"} 21`,
        `unwatched_messages_total{topic="${streams.input}"} 1`,
        'window_seconds{dataset="orders"} 1',
        'notifications_total{channel="slack",outcome="sent"} 1',
      ];
      await until(
        () => replica.metrics(),
        metrics => lines.every(line => metrics.includes(`${PREFIX}${line}\n`)),
      );
    },
    LIMIT_MS,
  );
});

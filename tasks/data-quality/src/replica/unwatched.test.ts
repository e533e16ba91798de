import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordersContract } from '../__testUtils__/streams';
import { ContractFolder } from '../contract-folder';
import { ReplicaMetrics } from './metrics';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quality-unwatched-'));
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(ordersContract('incoming')));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open() {
  const metrics = new ReplicaMetrics('none');
  const problems: string[] = [];
  metrics.problem = what => void problems.push(what);
  return { metrics, problems };
}

it('tells Prometheus how many messages are nobody’s, from 0 on, and since it began', async () => {
  const { metrics } = open();
  const counted = async () => {
    const text = await metrics.text([], ['incoming', 'other'], new ContractFolder(folder));
    return text.split('\n').filter(line => line.includes('_unwatched_'));
  };
  const name = 'dolphinstage_quality_unwatched_messages_total';
  const head = [
    `# HELP ${name} Messages that name no data set with a contract`,
    `# TYPE ${name} counter`,
  ];
  const lines = (first: number, second: number) => [
    ...head,
    `${name}{topic="incoming"} ${first}`,
    `${name}{topic="other"} ${second}`,
  ];
  expect(await counted()).toEqual(lines(0, 0));
  for (const topic of ['incoming', 'other', 'incoming']) metrics.unwatched(topic, 'Orders');
  expect(await counted()).toEqual(lines(2, 1));
  metrics.unwatched('incoming', undefined);
  expect(await counted()).toEqual(lines(3, 1));
  expect(await counted()).toEqual(lines(3, 1));
});

it('says each name once for each topic', () => {
  const { metrics, problems } = open();
  for (let again = 0; again < 3; again += 1) {
    metrics.unwatched('incoming', 'Orders');
    metrics.unwatched('other', 'Orders');
    metrics.unwatched('incoming', undefined);
  }
  expect(problems).toEqual([
    'incoming: messages name the data set "Orders", which has no contract: they aren\'t checked',
    'other: messages name the data set "Orders", which has no contract: they aren\'t checked',
    "incoming: messages name no data set, and those of several come by the topic: they aren't checked",
  ]);
});

it('says ten names of a flood, and that there are others', () => {
  const { metrics, problems } = open();
  for (let n = 0; n < 1_000; n += 1) metrics.unwatched('incoming', `set ${n}`);
  expect(problems).toHaveLength(11);
  expect(problems[9]).toContain('"set 9"');
  expect(problems[10]).toMatch(/^incoming: which others/);
});

it('says a name as one short line of letters, whatever it holds', () => {
  const { metrics, problems } = open();
  metrics.unwatched('incoming', `a\n\u001b[2J\u0085\u2028\u202e"${'x'.repeat(10_000)}`);
  const [line] = problems;
  expect(line).toMatch(/^incoming: messages name the data set "a\?\?\[2J\?\?\?\\"x+", which has/);
  expect(line!.split('x')).toHaveLength(1 + 100 - 10);
});

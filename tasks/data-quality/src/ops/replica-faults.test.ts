import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { ordersContract, Streams } from '../__testUtils__/streams';
import type { WindowScore } from '../judge/dataset-judge';
import { replicaState } from './replica-faults';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('windows that checks of replicas expect', () => {
  let streams: Streams;
  /** When the contracts came into force and the stream's first window began. */
  let start: number;

  beforeEach(async () => {
    streams = await Streams.open();
    for (const topic of [streams.topics.contracts, streams.topics.scores]) {
      await ensureTopic(streams.kafka, { topic, partitions: 1 });
    }
    // Less than brokers keep messages for.
    start = Date.now() - 5 * DAY;
  });
  afterEach(() => streams.close());

  const faults = async (now: number) => {
    const limits = {
      ...{ group: streams.group, topics: streams.topics, replicas: 0, maxLag: 0 },
      ...{ maxAgeSeconds: 300, lookBackSeconds: 21_600 },
    };
    return (await replicaState(streams.kafka, limits, now)).faults;
  };
  const contract = (window: string) => ordersContract(streams.input, { window });
  const keep = (file: string, window: string | undefined) => {
    const value = window === undefined ? null : JSON.stringify(contract(window));
    const message = { key: file, value, timestamp: String(start) };
    return streams.write([message], streams.topics.contracts);
  };
  /** A window that was closed as soon as it was over. */
  const close = (dataset: string, from: number, length: number) => {
    const end = from + length;
    const iso = (time: number) => new Date(time).toISOString();
    const score: WindowScore = {
      ...{ dataset, version: 1, start: iso(from), end: iso(end), rows: 0, passed: 0, score: null },
      ...{ parts: {}, late: 0, ahead: 0, findings: [] },
    };
    const message = { key: dataset, value: JSON.stringify(score), timestamp: String(end) };
    return streams.write([message], streams.topics.scores);
  };

  it('are a day apart where windows are a day long', async () => {
    await keep('days.json', '1d');
    await close('days', start, DAY);
    const closed = start + DAY;
    // Most of the day no window was closed in the last six hours.
    expect(await faults(closed + 20 * HOUR)).toEqual([]);
    expect(await faults(closed + DAY + 4 * MINUTE)).toEqual([]);
    expect(await faults(closed + DAY + 6 * MINUTE)).toEqual(['days has had no window for 360 s']);
    expect(await faults(closed + 2 * DAY + 5 * HOUR)).toHaveLength(1);
    expect(await faults(closed + 3 * DAY)).toEqual([
      `no window was closed in the last ${(2 * DAY + 6 * HOUR) / 1000} s`,
    ]);
  });

  it('are none of a data set that has ended, because another one has longer windows', async () => {
    await keep('days.json', '1d');
    await keep('minutes.json', '1m');
    await close('days', start, DAY);
    const closed = start + DAY;
    await close('minutes', closed, MINUTE);
    expect(await faults(closed + 5 * HOUR)).toEqual([expect.stringMatching(/^minutes has had no/)]);
    expect(await faults(closed + 7 * HOUR)).toEqual([]);
    // Nobody watches windows of a day any more.
    await keep('days.json', undefined);
    expect(await faults(closed + 20 * HOUR)).toEqual([
      `no window was closed in the last ${6 * 3_600 + 120} s`,
    ]);
  });

  it('are none before the first one can be over', async () => {
    await keep('days.json', '1d');
    expect(await faults(start + 23 * HOUR)).toEqual([]);
    expect(await faults(start + 25 * HOUR)).toHaveLength(1);
    await keep('minutes.json', '1m');
    expect(await faults(start + 23 * HOUR)).toHaveLength(1);
  });

  it('are some where nothing was kept by replicas', async () => {
    expect(await faults(Date.now())).toEqual(['no window was closed in the last 21600 s']);
  });

  it('are not asked of a contract that only another version can read', async () => {
    const message = { key: 'new.json', value: '{"of":"tomorrow"}' };
    await streams.write([message], streams.topics.contracts);
    expect(await faults(Date.now())).toEqual(['no window was closed in the last 21600 s']);
  });
});

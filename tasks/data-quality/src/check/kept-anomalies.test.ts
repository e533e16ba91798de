import { messageOf } from '../__testUtils__/message-of';
import { RowAnomalies } from '../anomalies/row-anomalies';
import { contractOf } from '../statistics/__testUtils__/streams';
import { KeptAnomalies } from './kept-anomalies';

const contract = {
  ...contractOf('normal'),
  fields: [{ name: 'a', kind: 'number' as const }],
  series: ['who'],
};
const MINUTE_MS = 60_000;

/** One that has seen a row of `orders`. */
function keptOf(topic: string, rules = contract) {
  const anomalies = new RowAnomalies(rules);
  anomalies.score({ a: 1 }, 'me', 0);
  return { anomalies, kept: new KeptAnomalies(topic, new Map([['orders', anomalies]])) };
}

const keysOf = (records: readonly { readonly key: unknown }[]) =>
  records.map(({ key }) => String(key).split('/').at(-1));

describe('what a partition has learned of series', () => {
  it('is written once a minute, and at the end', () => {
    const { anomalies, kept } = keptOf('in');
    const pieces = ['whole', 'fields-0', 'series-0'];
    expect(kept.take(0, 1, false)).toEqual([]);
    expect(kept.take(MINUTE_MS - 1, 1, false)).toEqual([]);
    expect(keysOf(kept.take(MINUTE_MS, 1, false))).toEqual(pieces);
    anomalies.score({ a: 1 }, 'me', 0);
    expect(kept.take(MINUTE_MS + 1, 2, false)).toEqual([]);
    expect(keysOf(kept.take(MINUTE_MS + 2, 2, true))).toEqual(pieces);
  });

  it('is written bit by bit where it is much, and at once at the end', () => {
    const anomalies = new RowAnomalies(contract);
    const kept = new KeptAnomalies('in', new Map([['orders', anomalies]]));
    const learn = () => {
      for (let n = 0; n < 10_000; n += 1) anomalies.score({ a: n }, 'x'.repeat(190) + n, 0);
    };
    const bytesOf = (records: readonly { readonly value: unknown }[]) =>
      records.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
    learn();
    kept.take(0, 1, false);
    const first = kept.take(MINUTE_MS, 1, false);
    expect(bytesOf(first)).toBeLessThan(2.5 * 1024 * 1024);
    const second = kept.take(MINUTE_MS + 1, 2, false);
    expect(second).not.toEqual([]);
    expect(kept.take(MINUTE_MS + 2, 3, false)).toEqual([]);
    const keys = [...first, ...second].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    learn();
    const all = kept.take(MINUTE_MS + 3, 4, true);
    expect(all.map(({ key }) => key).sort()).toEqual(keys.sort());
  });

  it('says which rows are in it, of its own topic', () => {
    const written = [
      ...keptOf('in').kept.take(0, 7, true),
      ...keptOf('other').kept.take(0, 9, true),
    ];
    const { kept } = keptOf('in');
    written.forEach(record => kept.read(messageOf(record)));
    expect([6, 7].map(offset => kept.has('orders', offset))).toEqual([true, false]);
    expect(kept.has('others', 0)).toBe(false);
  });

  it('is deleted where it can’t be read, and learned anew', () => {
    const [written] = keptOf('in').kept.take(0, 7, true);
    const { kept } = keptOf('in');
    kept.read(messageOf({ ...written!, value: Buffer.from('no piece') }));
    expect(kept.has('orders', 0)).toBe(false);
    expect(kept.take(0, 8, true)).toMatchObject([
      { key: written!.key, value: expect.any(Buffer) },
      ...[{}, {}],
    ]);
    kept.read(messageOf({ ...written!, value: Buffer.from('no piece') }));
    expect(kept.take(0, 8, true)).toEqual([{ key: written!.key, value: null }]);
  });

  it('of contracts that are no more is deleted', () => {
    const old = keptOf('in', { ...contract, series: ['other'] }).kept.take(0, 7, true);
    const foreign = keptOf('other', { ...contract, series: ['other'] }).kept.take(0, 7, true);
    const { kept } = keptOf('in');
    [...old, ...foreign].forEach(record => kept.read(messageOf(record)));
    expect(kept.has('orders', 0)).toBe(false);
    const deleted = kept.take(0, 8, true).filter(({ value }) => value === null);
    expect(deleted.map(({ key }) => key)).toEqual(old.map(({ key }) => key));
    const after = keptOf('in').kept;
    [...old, ...deleted].forEach(record => after.read(messageOf(record)));
    expect(after.take(0, 8, true).filter(({ value }) => value === null)).toEqual([]);
  });
});

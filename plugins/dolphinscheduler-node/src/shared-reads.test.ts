import { ClientError } from '@dolphinstage/dolphinscheduler-client';
import { SharedReads } from './shared-reads';

const LIVE = { maxAgeMs: 60_000, stays: false };
const OLD = { maxAgeMs: 0, stays: false };
const away = new ClientError('CLIENT_UNREACHABLE', 'no', { endpoint: 'GET /x', todo: '' });
const gone = new ClientError('CLIENT_NOT_FOUND', 'no', {
  endpoint: 'GET /x',
  todo: '',
  serverCode: 50001,
});

describe('shared reads', () => {
  let reads: number;
  const read = async () => {
    reads += 1;
    return { reads };
  };
  beforeEach(() => {
    reads = 0;
  });

  it('read once for all who ask at once, and in the time after', async () => {
    const shared = new SharedReads();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => shared.read('run 1', LIVE, read)),
    );
    expect(new Set(all.map(({ value }) => value.reads))).toEqual(new Set([1]));
    await shared.read('run 1', LIVE, read);
    expect(reads).toBe(1);
    await shared.read('run 2', LIVE, read);
    expect(reads).toBe(2);
  });

  it('read again what is too old', async () => {
    const shared = new SharedReads();
    await shared.read('run 1', OLD, read);
    expect((await shared.read('run 1', OLD, read)).value.reads).toBe(2);
  });

  it('read again after a change, also where a reading was on its way, but not what stays', async () => {
    const shared = new SharedReads();
    const before = shared.read('run 1', LIVE, read);
    await shared.read('definition 1', { ...LIVE, stays: true }, read);
    shared.changed();
    expect((await shared.read('run 1', LIVE, read)).value.reads).toBe(3);
    expect((await before).value.reads).toBe(1);
    await shared.read('definition 1', { ...LIVE, stays: true }, read);
    expect(reads).toBe(3);
  });

  it('give what was read last while the server is away, with its time and why', async () => {
    const shared = new SharedReads();
    const first = await shared.read('run 1', OLD, read);
    shared.changed();
    const fail = () => Promise.reject(away);
    expect(await shared.read('run 1', OLD, fail)).toEqual({
      ...first,
      problem: 'DolphinScheduler does not answer',
    });
    await expect(shared.read('run 2', OLD, fail)).rejects.toBe(away);
    expect(await shared.read('run 1', LIVE, read)).toMatchObject({ value: { reads: 2 } });
  });

  it('give nothing any more of what has gone', async () => {
    const shared = new SharedReads();
    await shared.read('run 1', OLD, read);
    await expect(shared.read('run 1', OLD, () => Promise.reject(gone))).rejects.toBe(gone);
    await expect(shared.read('run 1', OLD, () => Promise.reject(away))).rejects.toBe(away);
  });
});

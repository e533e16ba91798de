import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@dolphinstage/model-kit';
import { decodeTrainingSet, encodeTrainingSet } from './training-set';

describe('FileStore', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retraining-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a file once, under its digest', async () => {
    const store = new FileStore(folder);
    const digest = await store.put(Buffer.from('rows'));
    expect(await store.put(Buffer.from('rows'))).toBe(digest);
    expect((await store.get(digest)).toString()).toBe('rows');
    expect(readdirSync(join(folder, digest.slice(0, 2)))).toEqual([digest]);
  });

  it('refuses what is missing or damaged', async () => {
    const store = new FileStore(folder);
    const digest = await store.put(Buffer.from('rows'));
    truncateSync(join(folder, digest.slice(0, 2), digest), 2);
    await expect(store.get(digest)).rejects.toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringContaining('not what was written') as string,
    });
    await expect(store.get('0'.repeat(64))).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  });

  it.each([
    ['missing', (path: string) => rmSync(path, { recursive: true })],
    [
      'a file',
      (path: string) => {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      },
    ],
  ])('says that its place is %s, and makes none of its own', async (_how, harm) => {
    const place = join(folder, 'mounted');
    mkdirSync(place);
    const store = new FileStore(join(place, 'bundles'));
    const digest = await store.put(Buffer.from('rows'));
    harm(place);
    const away = { code: 'STORE_UNAVAILABLE', todo: expect.any(String) as string };
    await expect(store.put(Buffer.from('more'))).rejects.toMatchObject(away);
    await expect(store.get(digest)).rejects.toMatchObject(away);
    expect(existsSync(join(place, 'bundles'))).toBe(false);
  });
});

it('writes and reads a training set, missing values and all', () => {
  const set = {
    features: [
      { name: 'calls', kind: 'numeric', values: new Float64Array([1.5, NaN, -3]) },
      { name: 'plan', kind: 'categorical', values: ['é\n', null, 'basic'] },
    ],
    labels: ['yes', 'no', 'no'],
    times: new Float64Array([1, 2, 3]),
  } as const;
  const read = decodeTrainingSet(encodeTrainingSet(set));
  expect(read).toEqual(set);
  const missing = {
    ...set,
    features: [{ name: 'calls', kind: 'numeric', values: [null, 1, 2] }],
  } as const;
  expect(decodeTrainingSet(encodeTrainingSet(missing)).features[0]!.values[0]).toBeNaN();
});

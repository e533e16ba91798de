import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedSample } from './__testUtils__/sample';
import { writeUploads } from './uploads';

jest.setTimeout(180_000);

describe('writeUploads', () => {
  it('lays out the three files, replacing their like and nothing else', async () => {
    const sample = await sharedSample();
    const folder = await mkdtemp(join(tmpdir(), 'uploads-test-'));
    try {
      await writeFile(join(folder, 'planes.csv'), 'stale');
      await writeFile(join(folder, 'mine.csv'), 'a\n1\n');
      const written = await writeUploads(folder, sample);
      expect(written).toEqual(
        ['airlines.csv', 'airports.csv', 'planes.csv'].map(name => join(folder, name)),
      );
      expect((await readdir(folder)).sort()).toEqual([
        ...['airlines.csv', 'airports.csv', 'mine.csv', 'planes.csv'],
      ]);
      expect(await readFile(join(folder, 'planes.csv'))).toEqual(await readFile(sample.planes));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '@dolphinstage/embedded';

jest.setTimeout(300_000);

const COLUMNS = 60;
const MB = 2 ** 20;

/** Megabytes that a process had at most while it trained on so many rows of 60 numbers. */
async function peakMb(rows: number, threads: number): Promise<number> {
  const script = join(__dirname, '__testUtils__/train.ts');
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const given = [script, String(rows), String(COLUMNS), String(threads)];
  return Number(await run(process.execPath, ['--import', tsx, ...given]));
}

it('data is copied once for all threads, each of which takes some 50 bytes a row of its own', async () => {
  const rows = 400_000;
  const [small, one, four] = [await peakMb(1000, 1), await peakMb(rows, 1), await peakMb(rows, 4)];
  // Bytes a value: 4 as given, 4 encoded, 2 ranked. Bytes a row: 24 to sort a column, 50 to grow.
  expect(one - small).toBeLessThan((rows * (10 * COLUMNS + 24 + 50)) / MB + 100);
  // A thread's own copy of the ranks alone would be 46 MB more, three times. An empty thread has some 20 MB.
  expect(four - one).toBeLessThan((3 * rows * 50) / MB + 120);
});

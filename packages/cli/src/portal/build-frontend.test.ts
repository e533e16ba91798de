import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFrontend } from './build-frontend';

describe('buildFrontend', () => {
  let app: string;
  let builds: number;

  beforeEach(() => {
    app = mkdtempSync(join(tmpdir(), 'dolphinstage-frontend-'));
    builds = 0;
  });

  afterEach(() => rmSync(app, { recursive: true, force: true }));

  /** As the bundler does it: what was there goes first, the files come later. */
  async function build(): Promise<void> {
    builds += 1;
    rmSync(join(app, 'dist'), { recursive: true, force: true });
    mkdirSync(join(app, 'dist'));
    await sleep(200);
    writeFileSync(join(app, 'dist/index.html'), `build ${builds}`);
  }

  it('is built once where two ask for it at the same time, and both have it', async () => {
    const said: string[] = [];
    const ask = async () => {
      await buildFrontend(text => said.push(text), { app, build });
      return existsSync(join(app, 'dist/index.html'));
    };
    expect(await Promise.all([ask(), ask()])).toEqual([true, true]);
    expect(builds).toBe(1);
    expect(said.sort()).toEqual([
      'building the frontend (some minutes the first time)',
      'waiting for another process to build the frontend',
    ]);
  });

  it('is built anew where a build was cut short', async () => {
    const cut = async () => {
      mkdirSync(join(app, 'dist'));
      writeFileSync(join(app, 'dist/half.js'), '');
      throw new Error('cut short');
    };
    await expect(buildFrontend(() => {}, { app, build: cut })).rejects.toThrow('cut short');
    await buildFrontend(() => {}, { app, build });
    await buildFrontend(() => {}, { app, build });
    expect(builds).toBe(1);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import { dolphinstage, lastJson, type CommandResult } from '../src';

const LIMIT_MS = 120_000;

// No container can be built here: the files are run as the image's entry point runs them.
describe('what the image of the stream checker is built from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-image-'));
  const image = join(folder, 'image');
  const home = join(folder, 'home');
  let written: CommandResult;

  beforeAll(async () => {
    written = await dolphinstage(['quality', 'image', image, '--json'], { home });
  }, LIMIT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As in a container: nothing of this checkout is known to it. */
  const start = (...args: string[]) =>
    spawn(join(image, 'dolphinstage-quality'), args, {
      cwd: '/',
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, DOLPHINSTAGE_LIB: image },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('has every file that the image copies, for a user who is not root', () => {
    expect(written.code).toBe(0);
    expect(lastJson(written)).toEqual({
      folder: image,
      digest: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const lines = readFileSync(join(image, 'Dockerfile'), 'utf8').split('\n');
    const copied = lines.flatMap(line => /^COPY \S+ (\S+) /.exec(line)?.[1] ?? []);
    expect(copied).toEqual(['dolphinstage-quality', 'dolphinstage-quality.cjs']);
    for (const file of copied) accessSync(join(image, file), constants.R_OK);
    expect(lines).toContain('USER 10001');
  });

  it(
    'checks streams by itself, and ends when it is told to',
    async () => {
      const id = randomUUID().slice(0, 8);
      const contracts = join(folder, 'contracts');
      mkdirSync(contracts);
      writeFileSync(
        join(contracts, 'events.json'),
        JSON.stringify({
          ...{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
          ...{ 'x-dataset': 'events', 'x-version': 1, 'x-quality': { topic: `events-${id}` } },
          properties: { id: { type: 'string' } },
        }),
      );
      const connections = join(folder, 'connections.json');
      const kafka = { kind: 'kafka', brokers: testPlatform().kafka.brokers };
      writeFileSync(connections, JSON.stringify({ kafka }), { mode: 0o600 });
      const child = start(
        ...['--contracts', contracts, '--connections', connections, '--port', '0'],
        ...['--group', id, '--topic-suffix', id],
      );
      const exit = once(child, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) });
      let said = '';
      await new Promise<void>((resolve, reject) => {
        child.stderr.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('checks events as')) resolve();
        });
        child.on('exit', () => reject(new Error(said)));
      });
      // The very process that was started: no shell stands between.
      expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).toMatch(/^node\0/);
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
    },
    LIMIT_MS,
  );

  it(
    'refuses a folder that cannot be written',
    async () => {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      const { code, stderr } = await dolphinstage(['quality', 'image', file], { home });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`can't write ${file}`),
      });
    },
    LIMIT_MS,
  );
});

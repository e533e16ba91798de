import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import { dolphinstage, lastJson } from '../src';

describe('dolphinstage connections', () => {
  const { postgres } = testPlatform();
  let folder: string;
  let file: string;
  const run = (args: string[], input?: string) =>
    dolphinstage(['connections', ...args, '--file', file], { home: join(folder, 'home'), input });
  const settings = (over: Record<string, string | number> = {}) =>
    Object.entries({
      kind: 'postgres',
      host: postgres.host,
      port: postgres.port,
      database: 'postgres',
      user: postgres.user,
      ...over,
    }).map(([key, value]) => `${key}=${value}`);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-connections-'));
    file = join(folder, 'connections.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('stores a connection whose password is piped in, never shows it, and tries it on the server', async () => {
    const set = await run(['set', 'dw', ...settings()], `${postgres.password}\n`);
    expect(set).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      dw: { password: postgres.password },
    });

    const list = await run(['list', '--json']);
    const tried = await run(['test', 'dw', '--json']);
    expect(lastJson(list)).toEqual({
      connections: [
        {
          name: 'dw',
          kind: 'postgres',
          address: `${postgres.user}@${postgres.host}:${postgres.port}/postgres`,
        },
      ],
    });
    expect(lastJson(tried)).toMatchObject({ connections: [{ name: 'dw', ok: true }] });
    expect([set, list, tried].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(
      postgres.password,
    );
  });

  it('shows of a webhook only whose it is: its address is its secret', async () => {
    const address = 'https://hooks.example.com/services/t0p/s3cret?secret=too';
    await run(['set', 'hook', 'kind=http', `baseUrl=${address}`], '\n');
    const list = await run(['list']);
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/hook +http +https:\/\/hooks\.example\.com\s/);
    expect(list.stdout).not.toMatch(/s3cret|too/);
  });

  it('says that a wrong password is wrong, without saying it', async () => {
    await run(['set', 'dw', ...settings()], 'not-the-password\n');
    const tried = await run(['test']);
    expect(tried.code).toBe(1);
    expect(tried.stdout).toMatch(/✗ dw .*(password|authentication)/i);
    expect(tried.stdout + tried.stderr).not.toContain('not-the-password');
  });

  it('refuses a password on the command line, and stores nothing', async () => {
    const set = await run(['set', 'dw', ...settings({ password: 'secret-in-history' })]);
    expect(set.code).toBe(1);
    expect(set.stderr).toMatch(/USAGE: password must not stand on the command line/);
    expect((await run(['list'])).code).toBe(1);
  });

  it('refuses settings that no kind has, and keeps what was there', async () => {
    await run(['set', 'dw', ...settings()], `${postgres.password}\n`);
    const before = readFileSync(file, 'utf8');
    const set = await run(['set', 'dw', ...settings({ port: 99_999 })], `${postgres.password}\n`);
    expect(set.code).toBe(1);
    expect(set.stderr).toMatch(/port/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('does not read a file that others could have read', async () => {
    writeFileSync(file, '{}', { mode: 0o644 });
    const list = await run(['list']);
    expect(list.code).toBe(1);
    expect(list.stderr).toMatch(/must be yours alone: .*mode 0644/);
  });
});

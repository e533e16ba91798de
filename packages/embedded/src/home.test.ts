import { createServer } from 'node:net';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@dolphinstage/common';
import { Home } from './home';

describe('Home', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-home-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a port between starts', async () => {
    const port = await new Home(folder).port('postgres.sql');
    expect(await new Home(folder).port('postgres.sql')).toBe(port);
  });

  it('takes another port when somebody else has the kept one, unless our own server has it', async () => {
    const home = new Home(folder);
    const port = await home.port('postgres.sql');
    const taken = createServer();
    await new Promise<void>(resolve => taken.listen(port, '127.0.0.1', resolve));
    try {
      expect(await home.port('postgres.sql', true)).toBe(port);
      expect(await home.port('postgres.sql')).not.toBe(port);
    } finally {
      taken.close();
    }
  });

  it('makes a password once, keeps it where only we can read it, and masks it in output', () => {
    const secret = new Home(folder).secret('postgres.superuser');
    expect(new Home(folder).secret('postgres.superuser')).toBe(secret);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(redact(`password ${secret}`)).toBe('password ***');
  });

  // Only root starts servers as other OS users.
  const asRoot = process.getuid?.() === 0;

  it('lies in the checkout when other OS users can enter it, else where they can', () => {
    const checkout = join(folder, 'project');
    mkdirSync(checkout);
    chmodSync(folder, 0o755);
    expect(Home.of(checkout).path).toBe(join(checkout, '.dolphinstage'));
    expect(realpathSync(join(checkout, '.dolphinstage'))).toBe(join(checkout, '.dolphinstage'));

    chmodSync(folder, 0o700);
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    const home = Home.of(closed);
    expect(home.path.startsWith('/var/lib/dolphinstage/')).toBe(asRoot);
    expect(realpathSync(join(closed, '.dolphinstage'))).toBe(home.path);

    // The home of a checkout that is gone goes with the next start of any.
    rmSync(closed, { recursive: true });
    const next = join(folder, 'next');
    mkdirSync(next);
    Home.of(next);
    expect(existsSync(home.path)).toBe(false);
    rmSync(realpathSync(join(next, '.dolphinstage')), { recursive: true });
  });

  it('writes files whole', async () => {
    const home = new Home(folder);
    await home.port('a');
    expect(JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8'))).toEqual({
      a: expect.any(Number),
    });
    expect(existsSync(join(folder, 'ports.json.part'))).toBe(false);
  });
});

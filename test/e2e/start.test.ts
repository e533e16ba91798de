import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dolphinstage } from '../src';

it('a command that has just begun keeps what was compiled for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-start-'));
  try {
    const { code } = await dolphinstage(['plan', '--help'], {
      home: join(folder, 'home'),
      env: { TMPDIR: folder },
    });
    expect(code).toBe(0);
    const cache = join(
      folder,
      readdirSync(folder).find(name => name.startsWith('tsx-'))!,
    );
    const sizes = readdirSync(cache).map(name => statSync(join(cache, name)).size);
    expect(sizes.length).toBeGreaterThan(20);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

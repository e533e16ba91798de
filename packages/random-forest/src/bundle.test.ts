import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { bundlePack } from '@dolphinstage/task-kit';

jest.setTimeout(180_000);

it('grows on threads from inside a bundle, which is one file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forest-bundle-'));
  try {
    const { file } = await bundlePack(join(__dirname, '__testUtils__/pack'), folder);
    const output = await run(process.execPath, [file, 'forest/train', '--input', '{}'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
    });
    expect(output).toContain('"trees":9');
    // A thread loads the bundle too; it must not take its command line for its own.
    expect(output.match(/"trees"/g)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

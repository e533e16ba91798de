import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaceholderResolverParams } from '@backstage/plugin-catalog-node';
import { resolveText } from './local-text';

describe('$text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-text-'));
  const pack = join(folder, 'pack');
  const emit = jest.fn();
  const read = jest.fn(async (url: string) => Buffer.from(`read from ${url}`));

  const resolve = (
    value: PlaceholderResolverParams['value'],
    baseUrl = join(pack, 'catalog-info.yaml'),
  ) =>
    resolveText({
      key: 'text',
      value,
      baseUrl,
      read,
      resolveUrl: (url, base) => new URL(url, base).toString(),
      emit,
    });

  beforeAll(() => {
    mkdirSync(join(pack, 'contracts'), { recursive: true });
    mkdirSync(join(folder, 'pack-of-others'));
    writeFileSync(join(pack, 'contracts', 'orders.json'), '{}');
    writeFileSync(join(folder, 'secret'), 'secret');
    writeFileSync(join(folder, 'pack-of-others', 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(pack, 'linked'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a file beside or below the one that says it', async () => {
    expect(await resolve('./contracts/orders.json')).toBe('{}');
    expect(await resolve('contracts/../contracts/orders.json')).toBe('{}');
    expect(read).not.toHaveBeenCalled();
  });

  it.each([
    '../secret',
    '../pack-of-others/secret',
    '/etc/hostname',
    'linked',
    'contracts',
    '.',
    'not-there.json',
    'file:///etc/hostname',
    7,
  ])('is not %s', async value => {
    await expect(resolve(value)).rejects.toThrow();
    expect(read).not.toHaveBeenCalled();
  });

  it('is what Backstage reads, where the file is not of this machine, and is read again when that changes', async () => {
    const url = 'https://git.example.com/pack/contracts/orders.json';
    expect(
      await resolve('./contracts/orders.json', 'https://git.example.com/pack/catalog-info.yaml'),
    ).toBe(`read from ${url}`);
    expect(emit).toHaveBeenCalledWith({ type: 'refresh', key: `url:${url}` });
  });
});

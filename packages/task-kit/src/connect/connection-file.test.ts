import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { redact } from '@dolphinstage/common';
import { createTestFolder, type TestFolder } from '../__testUtils__/database';
import { readConnections, setConnection, writeConnections } from './connection-file';

let folder: TestFolder;
let file: string;

beforeEach(() => {
  folder = createTestFolder();
  file = join(folder.path, 'made/connections.json');
});
afterEach(() => folder.remove());

const shop = { kind: 'mysql', host: 'db', database: 'shop', user: 'reader', password: 'rosebud-1' };

it('stores, replaces and gives back, mode 0600', () => {
  setConnection(file, 'shop', shop);
  setConnection(file, 'files', { kind: 'files', path: '/data' });
  setConnection(file, 'shop', { ...shop, port: 3307, tls: 'verify' });
  expect(readConnections(file)).toEqual({
    shop: { ...shop, port: 3307, tls: 'verify' },
    files: { kind: 'files', path: '/data' },
  });
  expect(statSync(file).mode & 0o7777).toBe(0o600);
  expect(readdirSync(join(folder.path, 'made'))).toEqual(['connections.json']);
});

it('writes a whole file, instead of what was there', () => {
  setConnection(file, 'old', shop);
  writeConnections(file, { shop }, { uid: process.getuid?.(), gid: process.getgid?.() });
  expect(Object.keys(readConnections(file))).toEqual(['shop']);
});

it.each([0o640, 0o604, 0o666, 0o400, 0o700, 0o4600])('refuses mode %o', mode => {
  setConnection(file, 'shop', shop);
  chmodSync(file, mode);
  expect(() => readConnections(file)).toThrow(
    expect.objectContaining({ code: 'CONNECTION_FILE', where: file }),
  );
  expect(() => setConnection(file, 'more', shop)).toThrow(
    expect.objectContaining({ code: 'CONNECTION_FILE' }),
  );
});

it('refuses a link, a folder and a file that is not there', () => {
  setConnection(file, 'shop', shop);
  const link = join(folder.path, 'link.json');
  symlinkSync(file, link);
  for (const path of [link, folder.path, join(folder.path, 'none.json')]) {
    expect(() => readConnections(path)).toThrow(
      expect.objectContaining({ code: 'CONNECTION_FILE' }),
    );
  }
});

it('refuses another owner’s file', () => {
  setConnection(file, 'shop', shop);
  const own = jest.spyOn(process, 'geteuid').mockReturnValue(statSync(file).uid + 1);
  try {
    expect(() => readConnections(file)).toThrow(/must be yours alone/);
  } finally {
    own.mockRestore();
  }
});

it('registers every secret before it says what is wrong, and shows nothing of the file', () => {
  const broken = folder.write('broken.json', '{"shop": {"password": "tulip-1" ');
  expect(() => readConnections(broken)).toThrow(
    expect.objectContaining({ code: 'CONNECTION_INVALID' }),
  );
  expect(() => readConnections(broken)).not.toThrow(/tulip/);

  const wrong = folder.write('wrong.json', {
    shop: { ...shop, password: 'tulip-2', port: 'tulip-2' },
    events: {
      kind: 'kafka',
      brokers: [],
      sasl: { mechanism: 'plain', username: 'u', password: 'tulip-3' },
    },
    api: { kind: 'http', baseUrl: 'http://user:tulip%204@host/', token: 'tulip-5' },
  });
  expect(() => readConnections(wrong)).toThrow(/shop\.port: .*events\.brokers: /);
  expect(() => readConnections(wrong)).not.toThrow(/tulip/);
  expect(redact('tulip-2 tulip-3 tulip 4 tulip-5')).toBe('*** *** *** ***');
});

it.each([
  ['Shop', shop, /name must be/],
  ['shop', { ...shop, kind: 'db2' }, /kind/],
  ['shop', { ...shop, host: '' }, /host/],
  ['shop', { ...shop, password: 'abc' }, /less than 4 characters/],
  ['shop', 'nonsense', /expected object/],
])('refuses to store %j %j', (name, settings, message) => {
  const store = () => setConnection(file, name, settings);
  expect(store).toThrow(expect.objectContaining({ code: 'CONNECTION_INVALID' }));
  expect(store).toThrow(message);
  expect(existsSync(file)).toBe(false);
});

it('leaves the former file when writing fails', () => {
  setConnection(file, 'shop', shop);
  const before = readFileSync(file, 'utf8');
  expect(() => writeConnections(file, { shop }, { uid: -2, gid: -2 })).toThrow();
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(readdirSync(join(folder.path, 'made'))).toEqual(['connections.json']);
});

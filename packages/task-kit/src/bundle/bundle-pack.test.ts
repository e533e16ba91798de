import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { createTestFolder, type TestFolder } from '../__testUtils__/database';
import { FIXTURE_PACK } from '../__testUtils__/fixture-pack';
import { startTaskForTest } from '../testing';
import { bundlePack } from './bundle-pack';

const REPOSITORY = resolve(__dirname, '../../../..');
let folder: TestFolder;

beforeEach(() => {
  folder = createTestFolder();
});
afterEach(() => folder.remove());

/** A pack somewhere else, deeper or flatter, that finds the same packages. */
function packAt(path: string, index: string): string {
  const root = join(folder.path, path);
  mkdirSync(join(root, 'src'), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'src/index.ts'), index);
  return root;
}

const DRIVERS = `
import { definePack, defineTask, openKafka, openMysql, openOracle, openPostgres } from '@dolphinstage/task-kit';
import { z } from 'zod';
const settings = { host: '127.0.0.1', port: 9, database: 'd', user: 'u', password: 'pass', tls: 'off' } as const;
const drivers = {
  postgres: () => openPostgres({ kind: 'postgres', ...settings }).then(pool => pool.query('select 1')),
  mysql: () => openMysql({ kind: 'mysql', ...settings }).then(pool => pool.query('select 1')),
  oracle: () => openOracle({ kind: 'oracle', connectString: '127.0.0.1:9/service', user: 'u', password: 'pass' })
    .then(pool => pool.getConnection()),
  kafka: () => openKafka({ kind: 'kafka', brokers: ['127.0.0.1:9'], tls: false }),
};
export default definePack({ name: 'drivers', root: '', tasks: [
  defineTask({
    id: 'drivers/all', description: 'Loads each driver.', input: z.object({}), output: z.record(z.string(), z.string()),
    run: async () => Object.fromEntries(await Promise.all(Object.entries(drivers).map(async ([name, open]) =>
      [name, await (open() as Promise<unknown>).then(() => 'loaded', (error: Error) => error.message || (error as { code?: string }).code)]))),
  }),
] });
`;

it('makes one file, named by its digest, that carries its assets', async () => {
  const bundle = await bundlePack(FIXTURE_PACK, folder.path);
  const content = readFileSync(bundle.file);
  expect(readdirSync(folder.path)).toEqual([bundle.fileName]);
  expect(bundle.fileName).toBe(
    `fixture-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.cjs`,
  );
  expect(bundle.tasks.map(task => task.id)).toContain('fixture/echo');
  const { stdout } = await startTaskForTest({ file: bundle.file }, [
    'fixture/echo',
    '--set',
    'asset=contracts/fixture.json',
  ]).done;
  expect(JSON.parse(stdout)).toEqual({ asset: '{ "title": "fixture" }\n' });
});

it('gives the same file for the same pack, wherever it lies, and holds no path of this machine', async () => {
  const shallow = packAt('pack', DRIVERS);
  const deep = packAt('a/b/c/other-name', DRIVERS);
  const [first, again, elsewhere] = [
    await bundlePack(shallow, join(folder.path, 'out')),
    await bundlePack(shallow, join(folder.path, 'out')),
    await bundlePack(deep, join(folder.path, 'elsewhere')),
  ];
  expect(again).toEqual(first);
  expect(elsewhere.digest).toBe(first.digest);
  const text = readFileSync(first.file, 'utf8');
  expect(text).not.toContain(folder.path);
  expect(text).not.toContain(REPOSITORY);
  writeFileSync(join(shallow, 'src/index.ts'), `${DRIVERS}// a comment changes nothing\n`);
  expect((await bundlePack(shallow, join(folder.path, 'out'))).digest).toBe(first.digest);
  mkdirSync(join(shallow, 'sql'));
  writeFileSync(join(shallow, 'sql/a.sql'), 'select 1 /* an asset does */');
  expect((await bundlePack(shallow, join(folder.path, 'out'))).digest).not.toBe(first.digest);
});

it('carries every driver, pure JavaScript, away from all node_modules', async () => {
  const { file } = await bundlePack(packAt('pack', DRIVERS), join(folder.path, 'out'));
  const alone = createTestFolder();
  try {
    cpSync(file, join(alone.path, basename(file)));
    const { stdout, stderr } = await startTaskForTest({ file: join(alone.path, basename(file)) }, [
      'drivers/all',
    ]).done;
    expect(stderr).not.toContain('Cannot find module');
    expect(JSON.parse(stdout)).toEqual({
      postgres: expect.stringContaining('ECONNREFUSED'),
      mysql: expect.stringContaining('ECONNREFUSED'),
      oracle: expect.stringContaining('NJS-503'),
      kafka: 'loaded',
    });
  } finally {
    alone.remove();
  }
});

it('loads a driver when it is used, not before', async () => {
  const idle = DRIVERS.replace('run: async () =>', 'run: async () => ({}) ?? ');
  const trace = folder.write(
    'trace.cjs',
    `process.on('exit', () => console.error('TLS: ' + process.moduleLoadList.includes('NativeModule tls')));`,
  );
  // Each of the drivers needs TLS; the task kit doesn't.
  for (const [name, index, loaded] of [
    ['idle', idle, false],
    ['busy', DRIVERS, true],
  ] as const) {
    const { file } = await bundlePack(packAt(name, index), join(folder.path, 'out'));
    const env = { NODE_OPTIONS: `--require ${trace}` };
    expect((await startTaskForTest({ file, env }, ['drivers/all']).done).stderr).toContain(
      `TLS: ${loaded}`,
    );
  }
});

it.each([
  ['there is none', undefined, /no src\/index\.ts/],
  ['it can not be compiled', 'export default (', /Unexpected end of file/],
  ['it needs what is not there', "import 'no-such-package';", /no-such-package/],
  ['it fails when loaded', "throw new Error('too early'); export default 1;", /too early/],
  ['it exports no pack', 'export default 5;', /does not start/],
])('refuses a pack when %s', async (_when, index, message) => {
  const root = index === undefined ? folder.path : packAt('pack', index);
  const out = join(folder.path, 'out');
  await expect(bundlePack(root, out)).rejects.toMatchObject({
    code: 'BUNDLE_FAILED',
    message: expect.stringMatching(message),
  });
});

it('compiles a body that holds the end of a comment, and quotes of every kind', async () => {
  const index = `
    import { definePack, defineTask } from '@dolphinstage/task-kit';
    import { z } from 'zod';
    export default definePack({ name: 'quotes', root: '', tasks: [defineTask({
      id: 'quotes/all', description: 'x', input: z.object({}), output: z.array(z.string()),
      run: async () => ['*/', '/* */', '*~0/', '\\u00e6\\u{1f600}', String(/a*/.source), \`*/\\n\${1}\`],
    })] });`;
  const { file } = await bundlePack(packAt('pack', index), join(folder.path, 'out'));
  const { stdout } = await startTaskForTest({ file }, ['quotes/all']).done;
  expect(JSON.parse(stdout)).toEqual(['*/', '/* */', '*~0/', 'æ😀', 'a*', '*/\n1']);
});

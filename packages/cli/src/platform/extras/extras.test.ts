import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, Supervisor, type ServerDefinition } from '@dolphinstage/embedded';
import { withExtras } from './after-ready';
import { chooseExtras, parseNames } from './choose';
import type { Extra, ExtraContext } from './extra';
import { extras } from './index';
import { runningExtras } from './running';

const extra = (name: string, rest: Partial<Extra> = {}): Extra => ({
  name,
  title: `the ${name}`,
  servers: () => [],
  ...rest,
});
const namesOf = (chosen: readonly Extra[]) => chosen.map(({ name }) => name);

describe('chooseExtras', () => {
  const registry = [extra('a'), extra('b', { needs: ['a'] }), extra('c', { needs: ['b'] })];

  it('takes each once, in the order of the registry', () => {
    expect(namesOf(chooseExtras(['b', 'a', 'b'], registry))).toEqual(['a', 'b']);
  });

  it('brings what is needed by what is needed', () => {
    expect(namesOf(chooseExtras(['c'], registry))).toEqual(['a', 'b', 'c']);
  });

  it('names all that it does not know in one error, with what there is', () => {
    expect(() => chooseExtras(['x', 'a', 'y'], registry)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining('x,y'),
        todo: 'Name some of: a (the a); b (the b); c (the c).',
      }),
    );
  });

  it('is given a registry in which each stands after those it needs, with servers after theirs', () => {
    const seen = new Set<string>();
    for (const { name, needs = [] } of extras) {
      expect(needs.filter(need => !seen.has(need))).toEqual([]);
      expect(seen).not.toContain(name);
      seen.add(name);
    }
    expect(namesOf(extras)).toContain('monitoring');
  });
});

describe('the stream checker', () => {
  const dependsOn = (beside: readonly string[]) =>
    extras
      .find(({ name }) => name === 'quality')!
      .servers(new Home('/nowhere'), new Set(beside))
      .find(({ name }) => name === 'quality-1')!.dependsOn;

  it('asks the schema registry that is started beside it', () => {
    expect(dependsOn(['quality', 'schema-registry'])).toContain('schema-registry');
    expect(dependsOn(['quality'])).not.toContain('schema-registry');
  });
});

describe('parseNames', () => {
  it('takes commas and repetitions alike', () => {
    expect(parseNames('c', parseNames('a, b,'))).toEqual(['a', 'b', 'c']);
  });
});

describe('withExtras', () => {
  it('sets a server up for the platform first, then for each extra', async () => {
    const order: string[] = [];
    const note = (text: string) => async () => void order.push(text);
    const all = withExtras(
      { kafka: note('own') },
      [
        extra('a', { afterReady: { kafka: note('a') } }),
        extra('b', { afterReady: { kafka: note('b'), other: note('b other') } }),
      ],
      async () => ({}) as ExtraContext,
    );
    await all.kafka?.();
    await all.other?.();
    expect(order).toEqual(['own', 'a', 'b', 'b other']);
  });
});

describe('runningExtras', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-extras-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('tells by the servers that have begun, and forgets with them', async () => {
    const home = new Home(join(folder, 'home'));
    const server = (name: string): ServerDefinition => ({
      name,
      title: name,
      dependsOn: [],
      startLimit: 20,
      install: async () => {},
      endpoint: async () => ({ host: '127.0.0.1', port: 1, url: 'none:' }),
      start: async () => ({ command: 'sleep', args: ['600'], cwd: folder }),
      probe: async () => {},
    });
    const registry = ['a', 'b'].map(name => extra(name, { servers: () => [server(name)] }));
    const supervisor = new Supervisor({ home, servers: [server('b')] });
    await supervisor.start();
    const running = namesOf(runningExtras(home, registry));
    await supervisor.stop();
    expect(running).toEqual(['b']);
    expect(runningExtras(home, registry)).toEqual([]);
  });
});

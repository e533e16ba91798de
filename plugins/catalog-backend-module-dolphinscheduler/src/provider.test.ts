import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mockServices } from '@backstage/backend-test-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import type { EntityProviderMutation } from '@backstage/plugin-catalog-node';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { State } from '@dolphinstage/plugin-dolphinscheduler-common';
import { NO_DATA, row } from './__testUtils__/rows';
import type { DeclaredData } from './declared-data';
import { LAST_RUNS_AT_ONCE, WorkflowProvider } from './provider';

/** What a mutation says, in refs. */
function said(mutation: EntityProviderMutation) {
  if (mutation.type === 'full') {
    return { full: mutation.entities.map(({ entity }) => stringifyEntityRef(entity)) };
  }
  return {
    added: mutation.added.map(({ entity }) => stringifyEntityRef(entity)),
    removed: mutation.removed.map(one =>
      'entityRef' in one ? one.entityRef : stringifyEntityRef(one.entity),
    ),
  };
}

const ref = (id: string) => `component:default/production.sales.${id}`;
const rowsOf = (...ids: string[]) => ids.map((id, at) => row({ id, name: id, code: 100 + at }));
const run = (id: number, state: State) => ({
  id,
  state,
  serverState: 'ANY',
  final: state !== 'running',
  trigger: 'SCHEDULER',
});
const TEN = Array.from({ length: 10 }, (_, at) => `w${at}`);

/** A provider of an instance that answers as the test has it. */
async function connected(name = 'production', known?: readonly string[]) {
  let answer: () => Promise<readonly WorkflowRow[]> = async () => [];
  let declared: () => readonly DeclaredData[] = () => [];
  let accept: () => Promise<void> = async () => undefined;
  const mutations: EntityProviderMutation[] = [];
  const logger = mockServices.logger.mock();
  const provider = new WorkflowProvider({
    instance: { name, workflows: () => answer() },
    settings: { defaultOwner: 'group:default/unknown', systems: new Map() },
    taskRunner: { run: async () => undefined },
    logger,
    async known() {
      if (!known) throw new Error('the catalog does not say');
      return new Set(known);
    },
    declared: async () => declared(),
  });
  await provider.connect({
    applyMutation: async mutation => {
      await accept();
      mutations.push(mutation);
    },
    refresh: async () => undefined,
  });
  return {
    provider,
    logger,
    declares(read: () => readonly DeclaredData[]) {
      declared = read;
    },
    catalogFails(reason?: string) {
      accept = async () => {
        if (reason) throw new Error(reason);
      };
    },
    /** Refreshes, and gives what the catalog was told. */
    async see(rows: readonly WorkflowRow[] | Error) {
      answer = async () => {
        if (rows instanceof Error) throw rows;
        return rows;
      };
      mutations.length = 0;
      await provider.refresh();
      return mutations.map(said);
    },
  };
}

describe('what the catalog is told', () => {
  it('is all at first, then only what changed', async () => {
    const { see } = await connected();
    expect(await see(rowsOf('a', 'b'))).toEqual([{ full: [ref('a'), ref('b')] }]);
    expect(await see(rowsOf('a', 'b'))).toEqual([]);
    expect(await see(rowsOf('a', 'b', 'c'))).toEqual([{ added: [ref('c')], removed: [] }]);
    const [a, b, c] = rowsOf('a', 'b', 'c');
    expect(await see([a!, { ...b!, online: false }, c!])).toEqual([
      { added: [ref('b')], removed: [] },
    ]);
    expect(await see([a!, c!])).toEqual([{ added: [], removed: [ref('b')] }]);
  });

  it('is a run only where it ended otherwise than the one before', async () => {
    const { see } = await connected();
    const ran = (id: number, state: State) =>
      rowsOf('a').map(each => ({
        ...each,
        lastRun: run(id, 'running'),
        lastEnded: run(id, state),
      }));
    const told = [{ added: [ref('a')], removed: [] }];
    await see(rowsOf('a'));
    expect(await see(rowsOf('a').map(each => ({ ...each, lastRun: run(1, 'running') })))).toEqual(
      [],
    );
    expect(await see(ran(1, 'succeeded'))).toEqual(told);
    expect(await see(ran(2, 'succeeded'))).toEqual([]);
    expect(await see(ran(3, 'failed'))).toEqual(told);
    expect(await see(ran(4, 'failed'))).toEqual([]);
    expect(await see(rowsOf('a'))).toEqual(told);
  });

  it('is at most so many runs at once, and all in the end', async () => {
    const { see } = await connected();
    const ids = Array.from({ length: 2 * LAST_RUNS_AT_ONCE + 1 }, (_, at) => `w${at}`);
    const ran = (state: State) =>
      rowsOf(...ids).map(each => ({ ...each, lastEnded: run(1, state) }));
    await see(rowsOf(...ids));
    const seen: string[][] = [];
    for (let looks = 0; looks < 4; looks += 1) {
      const [told] = await see(ran('failed'));
      seen.push(told?.added ?? []);
    }
    expect(seen.map(added => added.length)).toEqual([LAST_RUNS_AT_ONCE, LAST_RUNS_AT_ONCE, 1, 0]);
    expect(new Set(seen.flat()).size).toBe(ids.length);
    // What has changed besides is told at once, with how the run ended.
    await see(ran('succeeded'));
    const [change] = await see(ran('succeeded').map(each => ({ ...each, description: 'New.' })));
    expect(change?.added).toHaveLength(ids.length);
    expect(await see(ran('succeeded').map(each => ({ ...each, description: 'New.' })))).toEqual([]);
  });

  it('is a connection once, however many use it, and it goes with the last of them', async () => {
    const { see } = await connected();
    const [a, b] = rowsOf('a', 'b');
    const using = (one: WorkflowRow, ...connections: string[]) => ({
      ...one,
      data: { ...NO_DATA, connections },
    });
    const connection = (name: string) => `resource:default/production.connection.${name}`;
    expect(await see([using(a!, 'shop'), using(b!, 'shop', 'warehouse')])).toEqual([
      { full: [ref('a'), ref('b'), connection('shop'), connection('warehouse')] },
    ]);
    expect(await see([using(a!, 'shop'), using(b!)])).toEqual([
      { added: [ref('b')], removed: [connection('warehouse')] },
    ]);
    expect(await see([a!, b!])).toEqual([{ added: [ref('a')], removed: [connection('shop')] }]);
  });

  it('follows what the catalog declares, and keeps it while that cannot be read', async () => {
    const { see, declares, logger } = await connected();
    const flights = {
      ref: 'api:default/flights',
      isApi: true,
      writtenBy: ['shop/load'],
      readBy: [],
    };
    const unreadable = () => {
      throw new Error('the catalog is away');
    };
    const loads = rowsOf('a').map(each => ({
      ...each,
      data: { ...NO_DATA, packTasks: [{ task: 'shop/load' }] },
    }));
    declares(unreadable);
    // Told without links, they would go from what an earlier process has told.
    expect(await see(loads)).toEqual([]);
    declares(() => [flights]);
    expect(await see(loads)).toEqual([{ full: [ref('a')] }]);
    declares(unreadable);
    expect(await see(loads)).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('the catalog is away'));
    declares(() => []);
    expect(await see(loads)).toEqual([{ added: [ref('a')], removed: [] }]);
  });

  it('changes the entity of a workflow of ours that is called otherwise, and replaces that of another', async () => {
    const { see } = await connected();
    const other = row({ id: undefined, name: 'Made by hand', code: 200 });
    const [told] = await see([...rowsOf('a', 'b'), other]);
    expect(
      await see([row({ id: 'a', name: 'A!', code: 100 }), ...rowsOf('a', 'b').slice(1), other]),
    ).toEqual([{ added: [ref('a')], removed: [] }]);
    const [renamed] = await see([
      row({ id: 'a', name: 'A!', code: 100 }),
      ...rowsOf('a', 'b').slice(1),
      { ...other, name: 'Called otherwise' },
    ]);
    expect(renamed?.removed).toEqual([told?.full?.[2]]);
    expect(renamed?.added).toEqual([expect.stringMatching(/called-otherwise_/)]);
  });

  it('follows what a workflow uses', async () => {
    const { see } = await connected();
    const [a, b, c] = rowsOf('a', 'b', 'c');
    await see([a!, b!, c!]);
    expect(await see([{ ...a!, uses: [b!.code, 999] }, b!, c!])).toEqual([
      { added: [ref('a')], removed: [] },
    ]);
    // The entity that it points to is called otherwise now.
    const [change] = await see([{ ...a!, uses: [b!.code] }, { ...b!, id: 'b2' }, c!]);
    expect(change).toEqual({ added: [ref('a'), ref('b2')], removed: [ref('b')] });
  });

  it('is told again where the catalog did not take it', async () => {
    const { see, catalogFails, logger } = await connected();
    catalogFails('the database is away');
    expect(await see(rowsOf('a'))).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('the database is away'));
    catalogFails();
    expect(await see(rowsOf('a'))).toEqual([{ full: [ref('a')] }]);
    catalogFails('again');
    await see(rowsOf('a', 'b'));
    catalogFails();
    expect(await see(rowsOf('a', 'b'))).toEqual([{ added: [ref('b')], removed: [] }]);
  });
});

describe('what looks like a fault', () => {
  it('removes nothing where the instance does not answer', async () => {
    const { see, logger } = await connected();
    await see(rowsOf('a', 'b'));
    for (const _ of TEN) expect(await see(new Error('no answer'))).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('no answer'));
    expect(await see(rowsOf('a', 'b'))).toEqual([]);
  });

  it('removes nothing at a start without an answer, and nothing of other instances', async () => {
    const down = await connected('staging');
    const up = await connected();
    expect(await down.see(new Error('no answer'))).toEqual([]);
    expect(await up.see(rowsOf('a'))).toEqual([{ full: [ref('a')] }]);
    expect(down.provider.getProviderName()).not.toBe(up.provider.getProviderName());
  });

  it('believes that all are gone at the third answer in a row', async () => {
    const { see, logger } = await connected();
    await see(rowsOf('a', 'b'));
    expect(await see([])).toEqual([]);
    expect(await see([])).toEqual([]);
    const warnings = logger.warn.mock.calls.filter(([message]) => /no workflows/.test(message));
    expect(warnings).toHaveLength(2);
    expect(await see([])).toEqual([{ added: [], removed: [ref('a'), ref('b')] }]);
  });

  it('begins to count anew after an outage, and after an answer that is whole', async () => {
    const { see } = await connected();
    await see(rowsOf('a', 'b'));
    for (const between of [new Error('no answer'), rowsOf('a', 'b')]) {
      expect(await see([])).toEqual([]);
      expect(await see([])).toEqual([]);
      expect(await see(between)).toEqual([]);
    }
    expect(await see([])).toEqual([]);
  });

  it('believes an empty instance at a start only at the third answer', async () => {
    const { see } = await connected();
    expect([await see([]), await see([])]).toEqual([[], []]);
    expect(await see([])).toEqual([{ full: [] }]);
    expect(await see(rowsOf('a'))).toEqual([{ added: [ref('a')], removed: [] }]);
  });

  it('knows after a start what an earlier process has brought in', async () => {
    const { see, logger } = await connected('production', TEN.map(ref));
    const few = rowsOf('w0', 'new');
    expect([await see([]), await see(few)]).toEqual([[], []]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('without 9 of 10'));
    expect(await see(few)).toEqual([{ full: [ref('w0'), ref('new')] }]);
  });

  it('is not hidden by connections that stay', async () => {
    const { see, logger } = await connected();
    const using = rowsOf('a', 'b').map(each => ({
      ...each,
      data: { ...NO_DATA, connections: ['c1', 'c2', 'c3', 'c4', 'c5'] },
    }));
    await see(using);
    const others = rowsOf('x', 'y').map((each, at) => ({ ...using[at]!, id: each.id }));
    expect(await see(others)).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('without 2 of 2'));
  });

  it('is not what a catalog without workflows is told at first', async () => {
    const { see } = await connected('production', []);
    expect(await see([])).toEqual([{ full: [] }]);
  });

  it('holds back that more than half are gone, but not half', async () => {
    const { see, logger } = await connected();
    await see(rowsOf(...TEN));
    const few = rowsOf(...TEN).slice(0, 4);
    expect([await see(few), await see(few)]).toEqual([[], []]);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('without 6 of 10'));
    expect(await see(few)).toEqual([{ added: [], removed: TEN.slice(4).map(ref) }]);
    expect(await see(few.slice(0, 2))).toEqual([
      { added: [], removed: few.slice(2).map(({ id }) => ref(id!)) },
    ]);
  });
});

describe('ten thousand workflows', () => {
  const TEN_THOUSAND = 10_000;
  const DESCRIPTION_CHARACTERS = 5_000;
  /** Their descriptions alone are 50 MB. */
  const MOST_BYTES = 20 * 1024 * 1024;
  const DATASETS = 500;
  setFlagsFromString('--expose_gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  const heapUsed = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };

  const rows = ({ online = true, state = 'succeeded' as State } = {}) =>
    Array.from({ length: TEN_THOUSAND }, (_, at) =>
      row({
        id: `workflow-${at}`,
        name: `Workflow ${at}`,
        code: at,
        online: online || at % 1_000 > 0,
        description: Buffer.alloc(DESCRIPTION_CHARACTERS, `${at} `).toString('latin1'),
        lastEnded: run(at, state),
        uses: at > 0 ? [at - 1] : [],
        data: {
          ...NO_DATA,
          connections: [`source-${at % 100}`, 'warehouse'],
          packTasks: [{ task: `shop/load-${at % DATASETS}` }, { task: 'shop/clean' }],
        },
      }),
    );
  const declared = Array.from({ length: DATASETS }, (_, at) => ({
    ref: `api:default/data-${at}`,
    isApi: true,
    writtenBy: [`shop/load-${at}`],
    readBy: [],
  }));

  it('leave nothing of themselves behind but names and digests', async () => {
    const { see, declares } = await connected();
    declares(() => declared);
    const before = heapUsed();
    // A hundred sources and the warehouse.
    expect((await see(rows()))[0]?.full).toHaveLength(TEN_THOUSAND + 101);
    expect(await see(rows())).toEqual([]);
    expect((await see(rows({ online: false })))[0]?.added).toHaveLength(10);
    // All of them fail at once: what is told stays little.
    const failed = await see(rows({ online: false, state: 'failed' }));
    expect(failed.map(({ added, removed }) => [added?.length, removed?.length])).toEqual([
      [LAST_RUNS_AT_ONCE, 0],
    ]);
    expect(await see([])).toEqual([]);
    expect(await see(rows({ online: false, state: 'failed' }).slice(0, 4_000))).toEqual([]);
    expect(await see(new Error('no answer'))).toEqual([]);
    const grown = heapUsed() - before;
    process.stdout.write(
      `10,000 workflows: ${(grown / 1024 / 1024).toFixed(1)} MB stay in memory\n`,
    );
    expect(grown).toBeLessThan(MOST_BYTES);
  });
});

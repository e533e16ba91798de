import { testPlatform } from '@dolphinstage/embedded';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundlePack, writeConnections, type TaskDefinition } from '@dolphinstage/task-kit';
import { startTaskForTest } from '@dolphinstage/task-kit/testing';
import {
  analyse,
  clean,
  extractApi,
  extractCsv,
  extractMysql,
  extractOracle,
  loadRaw,
  reconcile,
} from '@dolphinstage/tasks-warehouse';
import { addFlights, FLIGHTS_TABLE, NASTY_TEXT } from '@dolphinstage/tasks-warehouse/testing';
import { createSources, type Sources } from '../src/warehouse-sources';
import { observation } from '@dolphinstage/tasks-warehouse/testing';
import { createWorld, PACK_ROOT, refs, type World } from '@dolphinstage/tasks-warehouse/testing';
import { seededRandom, testSeed } from '../src';

/** Each task this often with `test --all`; else one task of each kind, once. */
const KILLS = process.env.DOLPHINSTAGE_TEST_ALL ? 5 : 1;
const NEW_FLIGHTS = 6_000;
const NEW_ITEMS = 300;

type AnyTask = TaskDefinition;

describe('a task of the warehouse killed at any moment and run again', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let sources: Sources;
  let world: World;
  let folder: string;
  let bundle: string;
  let connections: string;
  let instance = 0;

  beforeAll(async () => {
    sources = await createSources('kill');
    world = await createWorld(testPlatform(), sources.connections);
    await world.mysql.query(FLIGHTS_TABLE);
    folder = mkdtempSync(join(tmpdir(), 'warehouse-kill-'));
    connections = join(folder, 'connections.json');
    writeConnections(connections, world.connections);
    bundle = (await bundlePack(PACK_ROOT, folder)).file;
  });

  afterAll(async () => {
    await world?.close();
    await sources?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const { kafka, warehouse } = refs;
  const inputs = () => {
    const staging = { kafka, warehouse, topic: world.topic };
    const blockBytes = 16_384;
    return new Map<AnyTask, object>([
      [extractMysql, { from: refs.mysql, ...staging, blockBytes }],
      [extractApi, { from: refs.http, ...staging, blockBytes, pageRows: 100 }],
      [extractOracle, { from: refs.oracle, ...staging, blockBytes }],
      [extractCsv, { from: refs.files, ...staging, blockBytes }],
      // Many small transactions: more moments to be killed in between.
      [loadRaw, { ...staging, transactionBytes: 50_000 }],
      [clean, { warehouse }],
      [analyse, { warehouse }],
      [reconcile, { kafka, warehouse }],
    ] as [AnyTask, object][]);
  };

  const startTask = (task: AnyTask) =>
    startTaskForTest(
      { file: bundle, env: { DOLPHINSTAGE_CONNECTIONS: connections }, limitMs: 120_000 },
      [task.id, '--input', JSON.stringify(inputs().get(task)), '--instance', String(instance)],
    );

  async function runToItsEnd(task: AnyTask): Promise<void> {
    const exit = await startTask(task).done;
    if (exit.code !== 0)
      throw new Error(`seed ${seed}: ${task.id} ended with ${exit.code}\n${exit.stderr}`);
  }

  async function newData(): Promise<void> {
    instance++;
    await addFlights(world.mysql, NEW_FLIGHTS, index => ({ tailnum: NASTY_TEXT[index % 8] }));
    const from = sources.weather.length;
    for (let id = from + 1; id <= from + NEW_ITEMS; id++) sources.weather.push(observation(id));
    await sources.upload('airlines.csv', `carrier,name\nAA,"American ${instance}"\nUA,\n`);
    await sources.hr(
      `update hr.employees set salary = salary + 1 where employee_id % 3 = ${instance % 3}`,
    );
  }

  /** The source's rows and raw's, as lines of text. */
  async function expectRawEqualsSources(): Promise<void> {
    const [flights] = await world.mysql.query({
      sql: "select concat_ws('|', id, year, month, day, ifnull(dep_time, '~'), ifnull(dep_delay, '~'), carrier, flight, hex(ifnull(tailnum, '~')), origin, time_hour) from flights order by id",
      rowsAsArray: true,
    });
    const rawFlights = await world.values(
      `select concat_ws('|', id, year, month, day, coalesce(dep_time, '~'), coalesce(dep_delay, '~'), carrier, flight,
        upper(encode(convert_to(coalesce(tailnum, '~'), 'UTF8'), 'hex')), origin, time_hour) from raw.flights order by id::bigint`,
    );
    // One comparison of two long texts: a list of thousands would be printed whole when it differs.
    expect(rawFlights.length).toBe((flights as unknown[]).length);
    expect(rawFlights.join('\n') === (flights as unknown[][]).map(row => row[0]).join('\n')).toBe(
      true,
    );
    expect(
      await world.values("select id || ' ' || temp from raw.weather order by id::bigint"),
    ).toEqual(sources.weather.map(item => `${item.id} ${item.temp}`));
    const employees = await sources.hr(
      "select employee_id || ' ' || salary::float8 || ' ' || hire_date::text as line from hr.employees order by employee_id",
    );
    expect(
      await world.values(
        "select employee_id || ' ' || salary || ' ' || hire_date from raw.employees order by employee_id::int",
      ),
    ).toEqual(employees.map(({ line }) => line));
    expect(await world.values('select name from raw.airlines order by carrier')).toEqual([
      `American ${instance}`,
      null,
    ]);
  }

  const tasks = [
    ...new Set<AnyTask>([
      extractMysql,
      extractApi,
      extractOracle,
      extractCsv,
      loadRaw,
      clean,
      analyse,
      reconcile,
    ] as unknown as AnyTask[]),
  ];
  const chosen = process.env.DOLPHINSTAGE_TEST_ALL
    ? tasks
    : ([extractMysql, loadRaw, clean] as unknown as AnyTask[]);

  it.each(chosen.map(task => [task.id, task] as const))(
    `%s loses and doubles nothing (seed ${seed})`,
    async (_, victim) => {
      let kills = 0;
      // How long it takes when nobody disturbs it: learned on the way.
      let usual = 1_500;
      for (let round = 0; kills < KILLS && round < KILLS * 4; round++) {
        await newData();
        for (const task of tasks.slice(0, tasks.indexOf(victim))) await runToItsEnd(task);
        const running = startTask(victim);
        const began = Date.now();
        const killing = new AbortController();
        const killed = delay(random() * usual, undefined, { signal: killing.signal }).then(
          () => running.kill('SIGKILL'),
          () => {},
        );
        const exit = await running.done;
        killing.abort();
        await killed;
        if (exit.signal === 'SIGKILL') {
          kills++;
          await runToItsEnd(victim);
        } else {
          usual = Date.now() - began;
        }
        for (const task of tasks.slice(tasks.indexOf(victim) + 1)) await runToItsEnd(task);
        await expectRawEqualsSources();
      }
      expect(kills).toBe(KILLS);
      const [faults] = await world.values(
        "select jsonb_agg(faults) from ops.reconciliation where faults <> '[]'",
      );
      expect(faults).toBeNull();
    },
    900_000,
  );
});

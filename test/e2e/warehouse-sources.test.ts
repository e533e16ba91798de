import { testPlatform } from '@dolphinstage/embedded';
import { addFlights, FLIGHTS_TABLE } from '@dolphinstage/tasks-warehouse/testing';
import { createSources, type Sources } from '../src/warehouse-sources';
import { observation } from '@dolphinstage/tasks-warehouse/testing';
import { createWorld, refs, type World } from '@dolphinstage/tasks-warehouse/testing';
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

let world: World;
let sources: Sources;

beforeAll(async () => {
  sources = await createSources('warehouse');
  world = await createWorld(testPlatform(), sources.connections);
  await world.mysql.query(FLIGHTS_TABLE);
  await addFlights(world.mysql, 2000);
});

afterAll(async () => {
  await world?.close();
  await sources?.close();
});

async function runWorkflow(instance: number) {
  const staging = { kafka: refs.kafka, warehouse: refs.warehouse, topic: world.topic };
  await Promise.all([
    world.run(extractOracle, { from: refs.oracle, ...staging }, instance),
    world.run(extractMysql, { from: refs.mysql, ...staging }, instance),
    world.run(extractCsv, { from: refs.files, ...staging }, instance),
    world.run(extractApi, { from: refs.http, ...staging, pageRows: 500 }, instance),
  ]);
  await world.run(loadRaw, staging);
  const cleaned = await world.run(clean, { warehouse: refs.warehouse });
  const analysed = await world.run(analyse, { warehouse: refs.warehouse });
  const reconciled = await world.run(reconcile, { kafka: refs.kafka, warehouse: refs.warehouse });
  return { cleaned: cleaned.output, analysed: analysed.output, reconciled: reconciled.output };
}

it('brings all four sources to analytics, and then only what is new', async () => {
  const first = await runWorkflow(1);
  expect(first.reconciled).toEqual({
    rows: {
      oracle: 2503,
      mysql: 2000,
      csv: 6,
      api: 1500,
      raw: 6009,
      // The plane whose year is "old" is in quarantine.
      cleaned: 6008,
      analytics: 6008,
    },
    quarantined: 1,
    lost: 0,
    completeness: 1,
  });
  expect(
    await world.values("select column_name || ': ' || reason from cleaned.quarantine"),
  ).toEqual(['year: year: invalid input syntax for type integer: "old"']);
  expect(
    await world.values('select name from analytics.dim_airline order by carrier collate "C"'),
  ).toEqual(['Endeavor, Inc.', 'American', null]);
  expect(
    await world.values(
      "select to_char(hire_date, 'YYYY-MM-DD HH24:MI:SS') || ' ' || salary from cleaned.employees where employee_id = 1",
    ),
  ).toEqual(['2020-03-29 03:30:00 1001.50']);
  expect(await world.values('select tzone from cleaned.airports order by faa')).toEqual([
    'America/New_York',
    null,
  ]);
  expect(
    await world.values(
      'select headcount from analytics.salary_by_department order by department_id',
    ),
  ).toEqual([250, 1000, 1250]);

  // Nothing is new: nothing is written again.
  const again = await runWorkflow(2);
  expect(again.reconciled).toEqual(first.reconciled);
  expect(again.cleaned.datasets.map(({ changed }) => changed)).toEqual(new Array(8).fill(0));
  expect(Object.values(again.analysed.written).every(count => count === 0)).toBe(true);

  // New rows, changed rows, rows that are gone.
  await addFlights(world.mysql, 100);
  sources.weather.push(observation(1501));
  await sources.upload('airlines.csv', 'carrier,name\nAA,American Airlines\nUA,United\n');
  await sources.hr('update hr.employees set salary = 1 where employee_id = 7');
  await sources.hr('delete from hr.employees where employee_id = 8');
  const third = await runWorkflow(3);
  expect(third.reconciled.rows).toEqual({
    oracle: 2502,
    mysql: 2100,
    csv: 6,
    api: 1501,
    raw: 6109,
    cleaned: 6108,
    analytics: 6108,
  });
  expect(third.cleaned.datasets.map(({ dataset, changed }) => [dataset, changed])).toEqual([
    ['flights', 100],
    ['weather', 1],
    ['airlines', 3],
    ['airports', 0],
    ['planes', 0],
    ['departments', 0],
    ['jobs', 0],
    ['employees', 2],
  ]);
  expect(
    await world.values('select name from analytics.dim_airline order by carrier collate "C"'),
  ).toEqual(['American Airlines', 'United']);
  expect(await world.values('select sum(flights)::int from analytics.on_time_daily')).toEqual([
    2100,
  ]);
});

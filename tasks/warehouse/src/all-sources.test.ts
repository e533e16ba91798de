import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOracleDouble, type OracleDouble } from '../../../test/doubles/oracle/server';
import { createStore, type Store } from '../../../test/doubles/oracle/test-database';
import { addFlights, FLIGHTS_TABLE } from './__testUtils__/flights';
import {
  observation,
  startWeatherServer,
  TOKEN,
  type WeatherServer,
} from './__testUtils__/weather-server';
import { createWorld, refs, type World } from './__testUtils__/world';
import {
  analyse,
  clean,
  extractApi,
  extractCsv,
  extractMysql,
  extractOracle,
  loadRaw,
  reconcile,
} from './index';

let world: World;
let store: Store;
let double: OracleDouble;
let weather: WeatherServer;
let folder: string;

beforeAll(async () => {
  store = await createStore('warehouse');
  for (const sql of [
    'create table hr.departments (department_id numeric(4) primary key, department_name varchar(30), manager_id numeric(6), location_id numeric(4))',
    "insert into hr.departments values (10, 'Administration', 100, 1700), (20, 'Ventas ñ', null, 1800)",
    'create table hr.jobs (job_id varchar(10) primary key, job_title varchar(35), min_salary numeric(6), max_salary numeric(6))',
    "insert into hr.jobs values ('CLERK', 'Clerk', 1000, 2000)",
    `create table hr.employees (employee_id numeric(6) primary key, first_name varchar(20), last_name varchar(25),
      email varchar(40), phone_number varchar(20), hire_date timestamp(0), job_id varchar(10), salary numeric(8,2),
      commission_pct numeric(2,2), manager_id numeric(6), department_id numeric(4))`,
    `insert into hr.employees select i, 'First' || i, 'Last' || i, 'e' || i, null, '2020-03-29 02:30:00'::timestamp + i * interval '1 hour',
      'CLERK', 1000.5 + i, case when i % 2 = 0 then 0.15 end, null, case when i % 10 = 0 then null else 10 + 10 * (i % 2) end
      from generate_series(1, 2500) i`,
  ]) {
    await store.query(sql);
  }
  double = await startOracleDouble(store.settings);
  weather = await startWeatherServer();
  weather.items = Array.from({ length: 1500 }, (_, index) => observation(index + 1));
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  await writeFile(join(folder, 'airlines.csv'), 'carrier,name\nAA,American\n9E,"Endeavor, Inc."\n');
  await writeFile(
    join(folder, 'airports.csv'),
    'faa,name,lat,lon,alt,tz,dst,tzone\nJFK,John F Kennedy,40.6,-73.7,13,-5,A,America/New_York\nLAX,LA,33.9,-118,126,-8,A,NA\n',
  );
  await writeFile(
    join(folder, 'planes.csv'),
    'tailnum,year,type,manufacturer,model,engines,seats,speed,engine\nN1,2004,Fixed,EMBRAER,EMB,2,55,NA,Turbo-fan\nN2,old,Fixed,X,Y,2,5,NA,Z\n',
  );
  world = await createWorld({
    'hr-oracle': {
      kind: 'oracle',
      connectString: double.connectString,
      user: store.settings.user,
      password: store.settings.password,
    },
    uploads: { kind: 'files', path: folder },
    'weather-api': { kind: 'http', baseUrl: weather.baseUrl, token: TOKEN },
  });
  await world.mysql.query(FLIGHTS_TABLE);
  await addFlights(world.mysql, 2000);
});

afterAll(async () => {
  await world.close();
  await weather.close();
  await double.close();
  await store.drop();
  await rm(folder, { recursive: true });
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
  weather.items.push(observation(1501));
  await writeFile(join(folder, 'airlines.csv'), 'carrier,name\nAA,American Airlines\nUA,United\n');
  await store.query('update hr.employees set salary = 1 where employee_id = 7');
  await store.query('delete from hr.employees where employee_id = 8');
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

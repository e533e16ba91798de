import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connections } from '@dolphinstage/task-kit';
import { startOracleDouble } from '../doubles/oracle/server';
import { createStore } from '../doubles/oracle/test-database';
import { observation, startWeatherServer, TOKEN } from '@dolphinstage/tasks-warehouse/testing';

/** An Oracle HR schema (a protocol double), an HTTP API and a folder of uploads, all small. */
export interface Sources {
  readonly connections: Connections;
  /** The API's items; push to them. */
  readonly weather: Record<string, unknown>[];
  upload(file: string, content: string): Promise<void>;
  /** SQL on the tables that the Oracle double serves, in schema `hr`. */
  hr(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const HR = [
  `create table hr.departments (department_id numeric(4) primary key, department_name varchar(30),
    manager_id numeric(6), location_id numeric(4))`,
  "insert into hr.departments values (10, 'Administration', 100, 1700), (20, 'Ventas ñ', null, 1800)",
  `create table hr.jobs (job_id varchar(10) primary key, job_title varchar(35),
    min_salary numeric(6), max_salary numeric(6))`,
  "insert into hr.jobs values ('CLERK', 'Clerk', 1000, 2000)",
  `create table hr.employees (employee_id numeric(6) primary key, first_name varchar(20),
    last_name varchar(25), email varchar(40), phone_number varchar(20), hire_date timestamp(0),
    job_id varchar(10), salary numeric(8,2), commission_pct numeric(2,2), manager_id numeric(6),
    department_id numeric(4))`,
  `insert into hr.employees
    select i, 'First' || i, 'Last' || i, 'e' || i, null,
      '2020-03-29 02:30:00'::timestamp + i * interval '1 hour', 'CLERK', 1000.5 + i,
      case when i % 2 = 0 then 0.15 end, null,
      case when i % 10 = 0 then null else 10 + 10 * (i % 2) end
    from generate_series(1, 2500) i`,
];

const UPLOADS = {
  'airlines.csv': 'carrier,name\nAA,American\n9E,"Endeavor, Inc."\n',
  'airports.csv':
    'faa,name,lat,lon,alt,tz,dst,tzone\nJFK,John F Kennedy,40.6,-73.7,13,-5,A,America/New_York\nLAX,LA,33.9,-118,126,-8,A,NA\n',
  'planes.csv':
    'tailnum,year,type,manufacturer,model,engines,seats,speed,engine\nN1,2004,Fixed,EMBRAER,EMB,2,55,NA,Turbo-fan\nN2,old,Fixed,X,Y,2,5,NA,Z\n',
};

export async function createSources(name: string): Promise<Sources> {
  const store = await createStore(name);
  for (const sql of HR) await store.query(sql);
  const double = await startOracleDouble(store.settings);
  const server = await startWeatherServer();
  server.items = Array.from({ length: 1500 }, (_, index) => observation(index + 1));
  const folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  const upload = (file: string, content: string) => writeFile(join(folder, file), content);
  for (const [file, content] of Object.entries(UPLOADS)) await upload(file, content);
  return {
    connections: {
      'hr-oracle': {
        kind: 'oracle',
        connectString: double.connectString,
        user: store.settings.user,
        password: store.settings.password,
      },
      uploads: { kind: 'files', path: folder },
      'weather-api': { kind: 'http', baseUrl: server.baseUrl, token: TOKEN },
    },
    weather: server.items,
    upload,
    hr: sql => store.query(sql),
    async close() {
      await server.close();
      await double.close();
      await store.drop();
      await rm(folder, { recursive: true });
    },
  };
}

import { testPlatform } from '@dolphinstage/embedded';
import { Client } from 'pg';
import { hrDataset } from './hr';
import { seedHr } from './seed-hr';

jest.setTimeout(60_000);

describe('seedHr', () => {
  const server = testPlatform().postgres;
  const database = `hr_${process.pid}`;

  const query = async (inDatabase: string, sql: string) => {
    const client = new Client({ ...server, database: inDatabase });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  afterAll(() => query('postgres', `DROP DATABASE IF EXISTS ${database}`));

  it('makes the database, loads every row once, and does nothing the second time', async () => {
    expect(await seedHr(server, { database })).toEqual({ rows: 5_046, changed: true });
    expect(await seedHr(server, { database })).toEqual({ rows: 5_046, changed: false });

    expect(
      await query(
        database,
        `SELECT (SELECT count(*)::int FROM hr.jobs) AS jobs, (SELECT count(*)::int FROM hr.departments) AS departments,
          (SELECT count(*)::int FROM hr.employees) AS employees`,
      ),
    ).toEqual([{ jobs: 19, departments: 27, employees: 5_000 }]);
    const expected = hrDataset().employees.at(-1)!;
    expect(
      await query(
        database,
        `SELECT last_name, salary::float, hire_date::date::text, commission_pct::float FROM hr.employees
          ORDER BY employee_id DESC LIMIT 1`,
      ),
    ).toEqual([
      {
        last_name: expected.last_name,
        salary: expected.salary,
        hire_date: expected.hire_date,
        commission_pct: expected.commission_pct,
      },
    ]);
  });

  it('loads all tables or none', async () => {
    await query(database, 'TRUNCATE hr.employees, hr.departments, hr.jobs');
    const dataset = hrDataset({ employees: 100 });
    const broken = {
      ...dataset,
      employees: [...dataset.employees, { ...dataset.employees[0]!, employee_id: 9_999 }],
    };
    await expect(seedHr(server, { database, dataset: broken })).rejects.toMatchObject({
      code: 'SAMPLE_SEED',
    });
    expect(await query(database, 'SELECT count(*)::int AS n FROM hr.jobs')).toEqual([{ n: 0 }]);
    expect(await seedHr(server, { database, dataset })).toEqual({ rows: 146, changed: true });
  });
});

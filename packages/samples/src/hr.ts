import { DEPARTMENTS, FIRST_NAMES, JOBS, LAST_NAME_ENDS, LAST_NAME_STARTS } from './hr-names';
import { generator, type Random } from './random';

/** @public */
export interface HrJob {
  job_id: string;
  job_title: string;
  min_salary: number;
  max_salary: number;
}

/** @public */
export interface HrDepartment {
  department_id: number;
  department_name: string;
  manager_id: number | null;
  location_id: number;
}

/** @public */
export interface HrEmployee {
  employee_id: number;
  first_name: string | null;
  last_name: string;
  email: string;
  phone_number: string | null;
  /** `yyyy-MM-dd`. */
  hire_date: string;
  job_id: string;
  salary: number;
  /** A fraction below 1; for sales only. */
  commission_pct: number | null;
  manager_id: number | null;
  department_id: number | null;
}

/** @public */
export interface HrDataset {
  jobs: HrJob[];
  departments: HrDepartment[];
  /** Ordered by id; a manager always stands before those who report to them. */
  employees: HrEmployee[];
}

const FIRST_EMPLOYEE = 100;
const FIRST_HIRE = Date.UTC(2003, 0, 2);
const HIRE_DAYS = 7_900;
const DAY_MS = 86_400_000;

/**
 * A made-up airline's staff in the shape of Oracle's HR sample schema: 19 jobs, 27 departments (three of
 * them empty) and, unless told otherwise, 5,000 employees. The same arguments give the same rows.
 *
 * @public
 */
export function hrDataset(options: { employees?: number; seed?: number } = {}): HrDataset {
  const { employees: count = 5_000, seed = 2013 } = options;
  const random = generator(seed);
  const departments: HrDepartment[] = DEPARTMENTS.map(([name], index) => ({
    department_id: (index + 1) * 10,
    department_name: name,
    manager_id: null,
    location_id: 1000 + 100 * random.below(23),
  }));
  const employees: HrEmployee[] = [];
  for (let index = 0; index < count; index++) {
    employees.push(hire(index, departments, random));
  }
  return { jobs: JOBS.map(toJob), departments, employees };
}

function hire(index: number, departments: HrDepartment[], random: Random): HrEmployee {
  const staffed = DEPARTMENTS.filter(([, area]) => area !== '').length;
  // The first of each department are its managers; then people come where chance puts them.
  const place = index < staffed ? index : random.below(staffed);
  const department = departments[place]!;
  const area = DEPARTMENTS[place]![1];
  const [lead, ...others] = JOBS.filter(([id]) => id.startsWith(area));
  const isManager = department.manager_id === null;
  const job = isManager ? lead! : random.oneOf(others);
  const id = FIRST_EMPLOYEE + index;
  if (isManager) department.manager_id = id;
  const superior = isManager ? FIRST_EMPLOYEE : department.manager_id;

  const first = random.oneOf(FIRST_NAMES);
  const last = `${random.oneOf(LAST_NAME_STARTS)}${random.oneOf(LAST_NAME_ENDS)}`;
  return {
    employee_id: id,
    first_name: random.chance(0.01) ? null : first,
    last_name: last,
    email: `${asciiLetters(first).slice(0, 1)}${asciiLetters(last)}${id}`.toUpperCase(),
    phone_number: random.chance(0.05) ? null : `555.01.${String(id).padStart(6, '0')}`,
    hire_date: new Date(FIRST_HIRE + random.below(HIRE_DAYS) * DAY_MS).toISOString().slice(0, 10),
    job_id: job[0],
    salary: job[2] + random.below((job[3] - job[2]) * 20) / 20,
    commission_pct: area === 'SL' ? (5 + random.below(36)) / 100 : null,
    manager_id: index === 0 ? null : superior,
    // Someone between two departments, as in the original.
    department_id: !isManager && random.chance(0.002) ? null : department.department_id,
  };
}

function toJob([job_id, job_title, min_salary, max_salary]: (typeof JOBS)[number]): HrJob {
  return { job_id, job_title, min_salary, max_salary };
}

function asciiLetters(name: string): string {
  return name.normalize('NFD').replace(/[^A-Za-z]/g, '') || 'X';
}

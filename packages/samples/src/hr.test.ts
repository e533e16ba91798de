import { hrDataset } from './hr';

describe('hrDataset', () => {
  const { jobs, departments, employees } = hrDataset();

  it('is the same every time, and another with another seed', () => {
    expect(hrDataset()).toEqual({ jobs, departments, employees });
    expect(hrDataset({ seed: 1 }).employees).not.toEqual(employees);
    expect(hrDataset({ employees: 30 }).employees).toHaveLength(30);
  });

  it('has the shape of the well-known sample', () => {
    expect([jobs.length, departments.length, employees.length]).toEqual([19, 27, 5_000]);
    expect(departments.filter(d => d.manager_id === null)).toHaveLength(3);
    expect(new Set(employees.map(e => e.job_id)).size).toBe(19);
    expect(new Set(employees.map(e => e.email)).size).toBe(5_000);
    expect(employees.filter(e => e.manager_id === null)).toEqual([employees[0]]);
  });

  it('fits its columns and refers only to what is there', () => {
    const job = new Map(jobs.map(j => [j.job_id, j]));
    // The head of the company reports to nobody.
    const known = new Set<number | null>([null]);
    for (const employee of employees) {
      const { min_salary, max_salary } = job.get(employee.job_id)!;
      expect(employee.salary).toBeGreaterThanOrEqual(min_salary);
      expect(employee.salary).toBeLessThanOrEqual(max_salary);
      expect(employee.salary).toBeCloseTo(Math.round(employee.salary * 100) / 100, 8);
      expect(employee.last_name.length).toBeLessThanOrEqual(25);
      expect(employee.email.length).toBeLessThanOrEqual(40);
      expect(employee.hire_date).toMatch(/^20[0-2]\d-\d\d-\d\d$/);
      expect(known.has(employee.manager_id)).toBe(true);
      known.add(employee.employee_id);
    }
    for (const column of [
      'first_name',
      'phone_number',
      'commission_pct',
      'department_id',
    ] as const) {
      expect(employees.some(e => e[column] === null)).toBe(true);
      expect(employees.some(e => e[column] !== null)).toBe(true);
    }
  });
});

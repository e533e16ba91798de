CREATE SCHEMA IF NOT EXISTS hr;

-- timestamp(0) stands for Oracle's DATE, which has a time of day.
CREATE TABLE IF NOT EXISTS hr.jobs (
  job_id varchar(10) PRIMARY KEY,
  job_title varchar(35) NOT NULL,
  min_salary numeric(6),
  max_salary numeric(6)
);

CREATE TABLE IF NOT EXISTS hr.departments (
  department_id numeric(4) PRIMARY KEY,
  department_name varchar(30) NOT NULL,
  manager_id numeric(6),
  location_id numeric(4)
);

CREATE TABLE IF NOT EXISTS hr.employees (
  employee_id numeric(6) PRIMARY KEY,
  first_name varchar(20),
  last_name varchar(25) NOT NULL,
  email varchar(40) NOT NULL UNIQUE,
  phone_number varchar(20),
  hire_date timestamp(0) NOT NULL,
  job_id varchar(10) NOT NULL REFERENCES hr.jobs,
  salary numeric(8, 2) CHECK (salary > 0),
  commission_pct numeric(2, 2),
  manager_id numeric(6) REFERENCES hr.employees,
  department_id numeric(4) REFERENCES hr.departments
);

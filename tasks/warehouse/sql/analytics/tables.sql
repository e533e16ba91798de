create table if not exists analytics.dim_airline (
  carrier text primary key,
  name text,
  -- Named by a flight, but not by the source of airlines.
  inferred boolean not null default false
);

create table if not exists analytics.dim_airport (
  faa text primary key,
  name text,
  lat double precision,
  lon double precision,
  alt integer,
  tzone text,
  inferred boolean not null default false
);

create table if not exists analytics.dim_plane (
  tailnum text primary key,
  year integer,
  type text,
  manufacturer text,
  model text,
  engines integer,
  seats integer,
  engine text,
  inferred boolean not null default false
);

create table if not exists analytics.dim_date (
  date date primary key,
  year integer not null,
  quarter integer not null,
  month integer not null,
  week integer not null,
  -- 1 is Monday.
  weekday integer not null,
  weekend boolean not null
);

create table if not exists analytics.fact_flight (
  id bigint primary key,
  -- Local date of departure; null where the parts make no date.
  date date,
  carrier text not null,
  flight integer,
  tailnum text,
  origin text not null,
  dest text not null,
  scheduled timestamptz,
  dep_delay integer,
  arr_delay integer,
  air_time integer,
  distance integer,
  cancelled boolean not null,
  -- Arrived less than 15 minutes late; null when it didn't arrive.
  on_time boolean
);

create index if not exists fact_flight_date on analytics.fact_flight (date);

create table if not exists analytics.fact_weather (
  id bigint primary key,
  origin text not null,
  date date,
  observed timestamptz not null,
  temp double precision,
  humid double precision,
  wind_speed double precision,
  wind_gust double precision,
  precip double precision,
  visib double precision
);

create index if not exists fact_weather_date on analytics.fact_weather (date);

create table if not exists analytics.on_time_daily (
  date date not null,
  origin text not null,
  carrier text not null,
  flights integer not null,
  cancelled integer not null,
  on_time integer not null,
  -- Of the flights that arrived.
  on_time_rate numeric(5, 4),
  avg_dep_delay numeric(8, 2),
  avg_arr_delay numeric(8, 2),
  precip double precision,
  max_wind_gust double precision,
  min_visib double precision,
  avg_temp double precision,
  primary key (date, origin, carrier)
);

create table if not exists analytics.dim_department (
  department_id integer primary key,
  department_name text not null,
  manager_id integer,
  location_id integer
);

create table if not exists analytics.dim_job (
  job_id text primary key,
  job_title text not null,
  min_salary numeric(12, 2),
  max_salary numeric(12, 2)
);

create table if not exists analytics.dim_employee (
  employee_id integer primary key,
  name text not null,
  hired date not null,
  job_id text not null,
  department_id integer,
  manager_id integer,
  salary numeric(12, 2)
);

create table if not exists analytics.salary_by_department (
  -- 0: no department.
  department_id integer primary key,
  department_name text not null,
  headcount integer not null,
  total_salary numeric(14, 2),
  avg_salary numeric(12, 2),
  median_salary numeric(12, 2),
  min_salary numeric(12, 2),
  max_salary numeric(12, 2),
  -- Paid outside the band of their job.
  outside_band integer not null
);

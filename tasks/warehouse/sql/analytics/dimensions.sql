-- Dimensions: a row is written only when it differs.

-- name: dim_airline
merge into analytics.dim_airline t
using (
  select
    carrier,
    name
  from cleaned.airlines
) s
on t.carrier = s.carrier
when matched and (t.name, t.inferred) is distinct from (s.name, false) then
  update set name = s.name, inferred = false
when not matched then
  insert (carrier, name) values (s.carrier, s.name)
when not matched by source and not t.inferred then
  delete

-- name: dim_airline_inferred
-- Every flight finds its row.
insert into analytics.dim_airline (carrier, inferred)
select distinct carrier, true
from (
  select carrier from analytics.fact_flight
) named
where carrier is not null
on conflict do nothing

-- name: dim_airport
merge into analytics.dim_airport t
using (
  select
    faa,
    name,
    lat,
    lon,
    alt,
    tzone
  from cleaned.airports
) s
on t.faa = s.faa
when matched and (t.name, t.lat, t.lon, t.alt, t.tzone, t.inferred) is distinct from (s.name, s.lat, s.lon, s.alt, s.tzone, false) then
  update set name = s.name, lat = s.lat, lon = s.lon, alt = s.alt, tzone = s.tzone, inferred = false
when not matched then
  insert (faa, name, lat, lon, alt, tzone) values (s.faa, s.name, s.lat, s.lon, s.alt, s.tzone)
when not matched by source and not t.inferred then
  delete

-- name: dim_airport_inferred
-- Every flight finds its row.
insert into analytics.dim_airport (faa, inferred)
select distinct faa, true
from (
  select origin as faa from analytics.fact_flight
  union all
  select dest from analytics.fact_flight
) named
where faa is not null
on conflict do nothing

-- name: dim_plane
merge into analytics.dim_plane t
using (
  select
    tailnum,
    year,
    type,
    manufacturer,
    model,
    engines,
    seats,
    engine
  from cleaned.planes
) s
on t.tailnum = s.tailnum
when matched and (t.year, t.type, t.manufacturer, t.model, t.engines, t.seats, t.engine, t.inferred) is distinct from (s.year, s.type, s.manufacturer, s.model, s.engines, s.seats, s.engine, false) then
  update set year = s.year, type = s.type, manufacturer = s.manufacturer, model = s.model, engines = s.engines, seats = s.seats, engine = s.engine, inferred = false
when not matched then
  insert (tailnum, year, type, manufacturer, model, engines, seats, engine) values (s.tailnum, s.year, s.type, s.manufacturer, s.model, s.engines, s.seats, s.engine)
when not matched by source and not t.inferred then
  delete

-- name: dim_plane_inferred
-- Every flight finds its row.
insert into analytics.dim_plane (tailnum, inferred)
select distinct tailnum, true
from (
  select tailnum from analytics.fact_flight
) named
where tailnum is not null
on conflict do nothing

-- name: dim_department
merge into analytics.dim_department t
using (
  select
    department_id,
    department_name,
    manager_id,
    location_id
  from cleaned.departments
) s
on t.department_id = s.department_id
when matched and (t.department_name, t.manager_id, t.location_id) is distinct from (s.department_name, s.manager_id, s.location_id) then
  update set department_name = s.department_name, manager_id = s.manager_id, location_id = s.location_id
when not matched then
  insert (department_id, department_name, manager_id, location_id) values (s.department_id, s.department_name, s.manager_id, s.location_id)
when not matched by source then
  delete

-- name: dim_job
merge into analytics.dim_job t
using (
  select
    job_id,
    job_title,
    min_salary,
    max_salary
  from cleaned.jobs
) s
on t.job_id = s.job_id
when matched and (t.job_title, t.min_salary, t.max_salary) is distinct from (s.job_title, s.min_salary, s.max_salary) then
  update set job_title = s.job_title, min_salary = s.min_salary, max_salary = s.max_salary
when not matched then
  insert (job_id, job_title, min_salary, max_salary) values (s.job_id, s.job_title, s.min_salary, s.max_salary)
when not matched by source then
  delete

-- name: dim_employee
merge into analytics.dim_employee t
using (
  select
    employee_id,
    concat_ws(' ', first_name, last_name) as name,
    hire_date::date as hired,
    job_id,
    department_id,
    manager_id,
    salary
  from cleaned.employees
) s
on t.employee_id = s.employee_id
when matched and (t.name, t.hired, t.job_id, t.department_id, t.manager_id, t.salary) is distinct from (s.name, s.hired, s.job_id, s.department_id, s.manager_id, s.salary) then
  update set name = s.name, hired = s.hired, job_id = s.job_id, department_id = s.department_id, manager_id = s.manager_id, salary = s.salary
when not matched then
  insert (employee_id, name, hired, job_id, department_id, manager_id, salary) values (s.employee_id, s.name, s.hired, s.job_id, s.department_id, s.manager_id, s.salary)
when not matched by source then
  delete

-- name: salary_by_department
merge into analytics.salary_by_department t
using (
  select
    coalesce(e.department_id, 0) as department_id,
    coalesce(max(d.department_name), case when e.department_id is null then 'none' else 'unknown' end)
      as department_name,
    count(*)::integer as headcount,
    sum(e.salary)::numeric(14, 2) as total_salary,
    avg(e.salary)::numeric(12, 2) as avg_salary,
    (percentile_cont(0.5) within group (order by e.salary))::numeric(12, 2) as median_salary,
    min(e.salary) as min_salary,
    max(e.salary) as max_salary,
    (count(*) filter (where e.salary < j.min_salary or e.salary > j.max_salary))::integer as outside_band
  from analytics.dim_employee e
  left join analytics.dim_department d using (department_id)
  left join analytics.dim_job j using (job_id)
  group by e.department_id
) s
on t.department_id = s.department_id
when matched and t is distinct from (
  s.department_id, s.department_name, s.headcount, s.total_salary, s.avg_salary,
  s.median_salary, s.min_salary, s.max_salary, s.outside_band
)::analytics.salary_by_department then
  update set department_name = s.department_name, headcount = s.headcount,
    total_salary = s.total_salary, avg_salary = s.avg_salary, median_salary = s.median_salary,
    min_salary = s.min_salary, max_salary = s.max_salary, outside_band = s.outside_band
when not matched then
  insert values (
    s.department_id, s.department_name, s.headcount, s.total_salary, s.avg_salary,
    s.median_salary, s.min_salary, s.max_salary, s.outside_band
  )
when not matched by source then
  delete

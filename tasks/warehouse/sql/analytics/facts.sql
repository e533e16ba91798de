-- Facts, from the rows of cleaned that the extractions $1 have brought or changed.

-- name: touched
-- The days whose aggregates those rows change: where they were, and where they are.
create temporary table touched on commit drop as
select f.date
from analytics.fact_flight f
join cleaned.flights c using (id)
where c._extraction_id = any ($1::bigint[]) and f.date is not null
union
select w.date
from analytics.fact_weather w
join cleaned.weather c using (id)
where c._extraction_id = any ($1::bigint[]) and w.date is not null

-- name: fact_flight
merge into analytics.fact_flight t
using (
  select id,
    -- The contract allows any day up to 31; make_date doesn't.
    case when pg_input_is_valid(concat_ws('-', year, month, day), 'date')
      then make_date(year, month, day) end as date,
    carrier, flight, tailnum, origin, dest, time_hour as scheduled,
    dep_delay, arr_delay, air_time, distance,
    dep_time is null as cancelled,
    arr_delay < 15 as on_time
  from cleaned.flights
  where _extraction_id = any ($1::bigint[])
) s
on t.id = s.id
when matched and t is distinct from (
  s.id, s.date, s.carrier, s.flight, s.tailnum, s.origin, s.dest, s.scheduled,
  s.dep_delay, s.arr_delay, s.air_time, s.distance, s.cancelled, s.on_time
)::analytics.fact_flight then
  update set date = s.date, carrier = s.carrier, flight = s.flight, tailnum = s.tailnum,
    origin = s.origin, dest = s.dest, scheduled = s.scheduled, dep_delay = s.dep_delay,
    arr_delay = s.arr_delay, air_time = s.air_time, distance = s.distance,
    cancelled = s.cancelled, on_time = s.on_time
when not matched then
  insert values (
    s.id, s.date, s.carrier, s.flight, s.tailnum, s.origin, s.dest, s.scheduled,
    s.dep_delay, s.arr_delay, s.air_time, s.distance, s.cancelled, s.on_time
  )

-- name: fact_weather
merge into analytics.fact_weather t
using (
  select id, origin,
    case when pg_input_is_valid(concat_ws('-', year, month, day), 'date')
      then make_date(year, month, day) end as date,
    time_hour as observed, temp, humid, wind_speed, wind_gust, precip, visib
  from cleaned.weather
  where _extraction_id = any ($1::bigint[])
) s
on t.id = s.id
when matched and t is distinct from (
  s.id, s.origin, s.date, s.observed, s.temp, s.humid, s.wind_speed, s.wind_gust, s.precip, s.visib
)::analytics.fact_weather then
  update set origin = s.origin, date = s.date, observed = s.observed, temp = s.temp,
    humid = s.humid, wind_speed = s.wind_speed, wind_gust = s.wind_gust, precip = s.precip,
    visib = s.visib
when not matched then
  insert values (
    s.id, s.origin, s.date, s.observed, s.temp, s.humid, s.wind_speed, s.wind_gust, s.precip, s.visib
  )

-- name: touched_now
insert into touched
select f.date
from analytics.fact_flight f
join cleaned.flights c using (id)
where c._extraction_id = any ($1::bigint[]) and f.date is not null
union
select w.date
from analytics.fact_weather w
join cleaned.weather c using (id)
where c._extraction_id = any ($1::bigint[]) and w.date is not null

-- name: dim_date
insert into analytics.dim_date
select distinct date, extract(year from date), extract(quarter from date), extract(month from date),
  extract(week from date), extract(isodow from date), extract(isodow from date) >= 6
from touched
on conflict do nothing

-- name: on_time_daily
-- Whole days are made anew, so that doing it twice gives the same.
merge into analytics.on_time_daily t
using (
  select f.date, f.origin, f.carrier,
    count(*)::integer as flights,
    (count(*) filter (where f.cancelled))::integer as cancelled,
    (count(*) filter (where f.on_time))::integer as on_time,
    ((count(*) filter (where f.on_time))::numeric / nullif(count(f.on_time), 0))::numeric(5, 4)
      as on_time_rate,
    avg(f.dep_delay)::numeric(8, 2) as avg_dep_delay,
    avg(f.arr_delay)::numeric(8, 2) as avg_arr_delay,
    max(w.precip) as precip,
    max(w.max_wind_gust) as max_wind_gust,
    max(w.min_visib) as min_visib,
    max(w.avg_temp) as avg_temp
  from analytics.fact_flight f
  left join (
    select date, origin,
      -- In a fixed order: floating point sums depend on it.
      sum(precip order by id) as precip,
      max(wind_gust) as max_wind_gust,
      min(visib) as min_visib,
      avg(temp order by id) as avg_temp
    from analytics.fact_weather
    where date in (select date from touched)
    group by date, origin
  ) w on w.date = f.date and w.origin = f.origin
  where f.date in (select date from touched)
  group by f.date, f.origin, f.carrier
) s
on t.date = s.date and t.origin = s.origin and t.carrier = s.carrier
when matched and t is distinct from (
  s.date, s.origin, s.carrier, s.flights, s.cancelled, s.on_time, s.on_time_rate, s.avg_dep_delay,
  s.avg_arr_delay, s.precip, s.max_wind_gust, s.min_visib, s.avg_temp
)::analytics.on_time_daily then
  update set flights = s.flights, cancelled = s.cancelled, on_time = s.on_time,
    on_time_rate = s.on_time_rate, avg_dep_delay = s.avg_dep_delay, avg_arr_delay = s.avg_arr_delay,
    precip = s.precip, max_wind_gust = s.max_wind_gust, min_visib = s.min_visib,
    avg_temp = s.avg_temp
when not matched then
  insert values (
    s.date, s.origin, s.carrier, s.flights, s.cancelled, s.on_time, s.on_time_rate,
    s.avg_dep_delay, s.avg_arr_delay, s.precip, s.max_wind_gust, s.min_visib, s.avg_temp
  )
when not matched by source and t.date in (select date from touched) then
  delete

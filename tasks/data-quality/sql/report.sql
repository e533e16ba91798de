with windows as (
  select
    dataset,
    count(*) as windows,
    sum(rows) as rows,
    sum(passed) as passed
  from ops.quality_window
  where starts_at >= $1::date at time zone 'UTC' and starts_at < ($1::date + 1) at time zone 'UTC'
  group by dataset
),
alerts as (
  select
    dataset,
    count(*) filter (where opened_at >= $1::date at time zone 'UTC') as alerts,
    count(*) filter (
      where resolved_at is null or resolved_at >= ($1::date + 1) at time zone 'UTC'
    ) as open_alerts
  from ops.quality_alert
  where opened_at < ($1::date + 1) at time zone 'UTC'
  group by dataset
),
fields as (
  select
    dataset,
    check_name,
    field,
    count(*) as alerts,
    sum(bad_rows) as bad_rows,
    row_number() over (
      partition by dataset order by sum(bad_rows) desc, count(*) desc, check_name, field
    ) as place
  from ops.quality_alert
  where opened_at >= $1::date at time zone 'UTC' and opened_at < ($1::date + 1) at time zone 'UTC'
  group by dataset, check_name, field
),
worst as (
  select
    dataset,
    jsonb_agg(
      jsonb_build_object('check', check_name, 'field', field, 'alerts', alerts, 'badRows', bad_rows)
      order by place
    ) as worst
  from fields
  where place <= 5
  group by dataset
)
insert into ops.quality_report
  (day, dataset, windows, rows, passed, score, alerts, open_alerts, worst)
select
  $1::date,
  dataset,
  coalesce(windows.windows, 0),
  coalesce(windows.rows, 0),
  coalesce(windows.passed, 0),
  windows.passed / nullif(windows.rows, 0),
  coalesce(alerts.alerts, 0),
  coalesce(alerts.open_alerts, 0),
  coalesce(worst.worst, '[]')
from windows
full join alerts using (dataset)
left join worst using (dataset)
where windows.windows > 0 or alerts.alerts > 0 or alerts.open_alerts > 0
on conflict (day, dataset) do update set
  windows = excluded.windows,
  rows = excluded.rows,
  passed = excluded.passed,
  score = excluded.score,
  alerts = excluded.alerts,
  open_alerts = excluded.open_alerts,
  worst = excluded.worst,
  written_at = clock_timestamp()
returning
  dataset, windows::int, rows::float8, score::float8, alerts::int, open_alerts::int as "openAlerts", worst

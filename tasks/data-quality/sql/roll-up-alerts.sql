-- Of one alert the last event of the batch counts: one statement can't write a row twice.
insert into ops.quality_alert
  (id, dataset, check_name, field, series, severity, since, opened_at, resolved_at, bad_rows, words)
select distinct on (alert)
  alert, dataset, "check", coalesce(field, ''), coalesce(series, ''), severity, since, opened, resolved,
  "badRows", words
from jsonb_to_recordset($1::jsonb) as event (
  alert text, dataset text, "check" text, field text, series text, severity text, since timestamptz,
  opened timestamptz, resolved timestamptz, "badRows" bigint, words text
)
order by alert, resolved nulls last
on conflict (id) do update set
  resolved_at = coalesce(excluded.resolved_at, quality_alert.resolved_at),
  bad_rows = greatest(excluded.bad_rows, quality_alert.bad_rows)

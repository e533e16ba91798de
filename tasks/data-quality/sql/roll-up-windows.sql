insert into ops.quality_window
  (dataset, starts_at, ends_at, version, rows, passed, parts, late, ahead, findings)
select dataset, "start", "end", version, rows, passed, parts, late, ahead, findings
from jsonb_to_recordset($1::jsonb) as window_of (
  dataset text, "start" timestamptz, "end" timestamptz, version integer, rows bigint, passed bigint,
  parts jsonb, late bigint, ahead bigint, findings jsonb
)
on conflict (dataset, starts_at) do nothing

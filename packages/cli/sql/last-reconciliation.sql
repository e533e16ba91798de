-- What the last reconciliation of the warehouse's own workflow has found: rows by system and by layer.
with last as (
  select * from ops.reconciliation
  where run_id = (
    select run_id from ops.reconciliation
    where run_id like 'warehouse/warehouse-etl/%'
    order by id desc
    limit 1
  )
)
select
  case system when 'http' then 'api' else system end as system,
  dataset,
  source_rows::float8 as source,
  raw_rows::float8 as raw,
  cleaned_rows::float8 as cleaned,
  quarantined::float8 as quarantined,
  analytics_rows::float8 as analytics,
  lost::float8 as lost,
  completeness::float8 as completeness
from last
order by system, dataset

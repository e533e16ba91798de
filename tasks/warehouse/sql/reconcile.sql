-- What a data set's stages hold. {{…}} are made of its contract.

-- name: expected
-- Incremental: all that was ever loaded. Full: only the last one is there.
select coalesce(sum(e.source_rows), 0) as source_rows,
  coalesce(sum(e.rows), 0) as rows,
  coalesce(sum(e.quarantined), 0) as quarantined,
  coalesce(array_agg(e.id), '{}') as ids,
  -- The last run may have left its work half done.
  count(*) filter (where e.cleaned_at is null {{or_not_analysed}}) as unfinished
from ops.extraction e
join ops.warehouse_dataset d on d.dataset = e.dataset
where e.dataset = $1 and e.state = 'loaded' and (e.load = 'incremental' or e.id = d.extraction_id)

-- name: raw_blocks
-- Blocks of raw whose rows aren't what was loaded: counted, and summed as COPY text, anew.
with actual as (
  select _extraction_id as extraction_id, _block as sequence, count(*) as rows,
    sum(crc32(convert_to(
      case
        when joined = translate(joined, E'\\\t\n\r', '') then plain
        else escaped
      end,
      'UTF8'
    ))) as checksum
  from (
    select r._extraction_id, r._block,
      {{bare}} as joined,
      {{plain}} as plain,
      {{escaped}} as escaped
    from raw.{{table}} r
    where r._extraction_id = any ($1::bigint[])
  ) lines
  group by 1, 2
),
expected as (
  select extraction_id, sequence, rows, checksum, kafka_offset, first_key, last_key
  from ops.extraction_block
  where extraction_id = any ($1::bigint[]) and kind = 'rows' and rows > 0
)
select coalesce(e.extraction_id, a.extraction_id) as extraction_id,
  coalesce(e.sequence, a.sequence) as sequence,
  coalesce(e.rows, 0) as expected_rows, coalesce(a.rows, 0) as actual_rows,
  e.kafka_offset, e.first_key, e.last_key
from expected e
full join actual a on a.extraction_id = e.extraction_id and a.sequence = e.sequence
where a.rows is distinct from e.rows or a.checksum is distinct from e.checksum
order by 1, 2

-- name: raw_lines
-- The rows of one block, with the checksums of their lines.
select {{key_text}} as key, crc32(convert_to({{escaped}}, 'UTF8')) as crc
from raw.{{table}} r
where r._extraction_id = $1 and r._block = $2

-- name: counts
select
  (select count(*) from raw.{{table}} where _extraction_id = any ($1::bigint[])) as raw,
  (select count(*) from cleaned.quarantine
    where dataset = {{dataset}} and stage = 'clean' and _extraction_id = any ($1::bigint[])) as quarantined,
  (select count(*) from cleaned.{{table}}) as cleaned,
  (select count(*) from {{analytics}} t where {{own}}) as analytics

-- name: cleaned_faults
-- Raw rows, typed, that cleaned doesn't hold or holds otherwise, and rows that come from nowhere.
select key, fault, count(*) over () as faults, count(*) filter (where fault = 'missing') over () as missing
from (
select {{fault_key}} as key,
  case when t._extraction_id is null then 'missing' when s.extraction_id is null then 'extra' else 'differs' end as fault
from (
  select
    {{typed}},
    r._extraction_id as extraction_id
  from raw.{{table}} r
  where r._extraction_id = any ($1::bigint[])
    and not exists (
      select from cleaned.quarantine q
      where q.dataset = {{dataset}} and q.stage = 'clean'
        and q._extraction_id = r._extraction_id and q.key = {{key_text}}
    )
  offset 0
) s
full join cleaned.{{table}} t on {{same_key}}
where t._extraction_id is null
  or s.extraction_id is null and not exists (
    select from cleaned.quarantine q
    where q.dataset = {{dataset}} and q.stage = 'clean'
      and q._extraction_id = t._extraction_id and q.key = {{cleaned_key}}
  )
  -- An older version of a row that a later extraction has changed is no fault.
  or {{changed}} and t._extraction_id <= s.extraction_id
) found
limit $2

-- name: analytics_faults
select {{cleaned_key}} as key, 'missing' as fault, count(*) over () as faults, count(*) over () as missing
from cleaned.{{table}} t
where {{has_analytics}} and not exists (select from {{analytics}} a where {{same_analytics_key}} and {{own_a}})
limit $1

-- name: place
select topic, kafka_partition as partition, extraction, attempt from ops.extraction where id = $1

-- name: save
insert into ops.reconciliation (
  run_id, dataset, system, source_rows, raw_rows, quarantined, cleaned_rows, analytics_rows,
  lost, completeness, faults
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)

-- name: reconciled
update ops.extraction set reconciled_at = clock_timestamp()
where id = any ($1::bigint[]) and reconciled_at is null

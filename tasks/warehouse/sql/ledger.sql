-- name: ready
select to_regclass('ops.extraction') is not null as migrated,
  current_setting('server_encoding') as encoding,
  current_setting('server_version_num')::integer as version

-- name: cursor
select cursor, late from ops.warehouse_dataset where dataset = $1

-- name: open
with former as (
  update ops.extraction set state = 'superseded' where extraction = $1 and state = 'open'
)
insert into ops.extraction (
  extraction, attempt, source, dataset, load, contract, cursor_from, late_from,
  cluster_id, topic, kafka_partition
)
select $1::text, coalesce(max(attempt), 0) + 1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10
from ops.extraction where extraction = $1
returning id, attempt

-- name: seal
update ops.extraction set
  state = 'sealed', sealed_at = clock_timestamp(),
  cursor_to = $2, late_to = $3::jsonb, source_rows = $4, rows = $5, quarantined = $6, bytes = $7,
  blocks = $8, checksum = $9, offset_from = $10, offset_to = $11, next_offset = $10
where id = $1 and state = 'open'
returning id

-- name: sealed_attempt
select * from ops.extraction where extraction = $1 and state = 'sealed' order by attempt desc limit 1

-- name: sealed
select * from ops.extraction
where state = 'sealed' and dataset = $1
order by id desc

-- name: take
insert into ops.warehouse_dataset (dataset, loader) values ($1, 1)
on conflict (dataset) do update set loader = ops.warehouse_dataset.loader + 1
returning loader, cursor, extraction_id

-- name: lock
select d.loader, e.state, e.next_sequence
from ops.warehouse_dataset d, ops.extraction e
where d.dataset = $1 and e.id = $2
for update

-- name: blocks
insert into ops.extraction_block
  (extraction_id, sequence, kind, rows, checksum, kafka_offset, first_key, last_key)
select $1, b.sequence, b.kind, b.rows, b.checksum, b.kafka_offset, b.first_key, b.last_key
from jsonb_to_recordset($2::jsonb) as b(
  sequence integer, kind text, rows integer, checksum bigint, kafka_offset bigint,
  first_key text, last_key text
)

-- name: progress
update ops.extraction set
  next_offset = $2, next_sequence = $3, loaded_rows = $4, loaded_quarantined = $5, loaded_checksum = $6
where id = $1

-- name: loaded
update ops.extraction set state = 'loaded', loaded_at = clock_timestamp() where id = $1

-- name: advance
update ops.warehouse_dataset d set cursor = e.cursor_to, late = e.late_to, extraction_id = e.id
from ops.extraction e where d.dataset = $1 and e.id = $2

-- name: lock_dataset
select loader from ops.warehouse_dataset where dataset = $1 for update

-- name: set_aside
update ops.extraction set state = $2 where id = $1 and state = 'sealed'

-- name: leftovers
select id from ops.extraction
where dataset = $1 and state in ('superseded', 'lost') and next_sequence > 0

-- name: take_back
update ops.extraction set next_sequence = 0, loaded_rows = 0, loaded_quarantined = 0, loaded_checksum = 0
where id = $1 and state in ('superseded', 'lost')

-- name: delete_blocks
delete from ops.extraction_block where extraction_id = $1

-- name: uncleaned
select id from ops.extraction
where dataset = $1 and state = 'loaded' and cleaned_at is null
order by id

-- name: cleaned
update ops.extraction set cleaned_at = clock_timestamp() where id = any ($1::bigint[])

-- name: unanalysed
select id from ops.extraction
where dataset = $1 and state = 'loaded' and cleaned_at is not null and analysed_at is null

-- name: analysed
update ops.extraction set analysed_at = clock_timestamp() where id = any ($1::bigint[])

-- name: taken_in
select coalesce(sum(rows + quarantined), 0) as taken_in
from ops.extraction where dataset = $1 and state = 'loaded'

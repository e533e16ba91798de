-- $12 digest and $13 JSON of the output that is kept, or nulls. No row: a later attempt has closed this one, and then
-- its output isn't kept either.
with finished as (
  update ops.run_record
  set outcome = $3, error_code = $4, error_message = $5, finished_at = clock_timestamp(),
      rows_in = $6, rows_out = $7, bytes_in = $8, bytes_out = $9, cpu_seconds = $10, max_rss_bytes = $11
  where run_id = $1 and attempt = $2 and outcome = 'running'
  returning run_id
), replaced as (
  delete from ops.task_output o using finished f
  where o.run_id = f.run_id and o.digest <> $12
), kept as (
  insert into ops.task_output (run_id, digest, output)
  select run_id, $12, $13::json from finished where $12 is not null
  on conflict (run_id, digest) do update set written_at = clock_timestamp()
)
select from finished

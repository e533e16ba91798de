-- No row: a later attempt has closed this one.
update ops.run_record
set outcome = $3, error_code = $4, error_message = $5, finished_at = clock_timestamp(),
    rows_in = $6, rows_out = $7, bytes_in = $8, bytes_out = $9, cpu_seconds = $10, max_rss_bytes = $11
where run_id = $1 and attempt = $2 and outcome = 'running'

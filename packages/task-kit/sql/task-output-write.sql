insert into ops.task_output (run_id, digest, output)
values ($1, $2, $3::json)
on conflict (run_id, digest) do update set written_at = clock_timestamp()

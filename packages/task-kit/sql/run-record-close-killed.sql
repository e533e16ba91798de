-- $1 run id. Attempts that ended without a word: SIGKILL, out of memory, a lost machine.
update ops.run_record
set outcome = 'killed', finished_at = clock_timestamp()
where run_id = $1 and outcome = 'running'
returning attempt

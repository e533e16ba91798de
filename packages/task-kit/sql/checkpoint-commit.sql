-- $1 scope, $2 name, $3 epoch, $4 value. No row: another run has opened it since.
update ops.checkpoint
set value = $4::jsonb, committed_at = clock_timestamp()
where scope = $1 and name = $2 and epoch = $3

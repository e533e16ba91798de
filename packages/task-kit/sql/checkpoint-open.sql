-- $1 scope, $2 name, $3 who opens it
insert into ops.checkpoint as c (scope, name, epoch, opened_by)
values ($1, $2, 1, $3)
on conflict (scope, name) do update
  set epoch = c.epoch + 1, opened_by = excluded.opened_by, opened_at = clock_timestamp()
returning epoch, value, committed_at is not null as committed

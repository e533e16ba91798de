-- name: ready
select to_regclass('models.retraining_step') is not null as ready

-- name: lock
select pg_advisory_lock(hashtextextended('dolphinstage retraining ' || $1, 0))

-- name: storing
select pg_advisory_lock_shared(hashtextextended('dolphinstage stored files', 0))

-- name: nobody-stores
select pg_advisory_lock(hashtextextended('dolphinstage stored files', 0))

-- name: holder
select a.application_name, a.client_addr::text as address, a.backend_start as since
from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('dolphinstage retraining ' || $1, 0)

-- name: begin
insert into models.retraining (model, day, plan) values ($1, $2, $3)
on conflict (model, day) do nothing

-- name: run
select plan, outcome, reasons from models.retraining where model = $1 and day = $2

-- name: steps
select step, result from models.retraining_step where model = $1 and day = $2

-- name: finish-step
with ended as (
  update models.retraining set outcome = $7::text, reasons = $8, ended_at = clock_timestamp()
  where model = $1 and day = $2 and $7::text is not null
)
insert into models.retraining_step (model, day, step, result, run_id, seconds)
values ($1, $2, $3, $4, $5, $6)

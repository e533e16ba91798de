-- name: old
select r.day::text as day, r.outcome is not null as ended,
  f.result ->> 'file' as file, t.result ->> 'bundle' as bundle
from models.retraining r
left join models.retraining_step f on f.model = r.model and f.day = r.day and f.step = 'features'
left join models.retraining_step t on t.model = r.model and t.day = r.day and t.step = 'train'
where r.model = $1 and r.tidied_at is null and coalesce(r.ended_at, r.started_at) < $2
order by r.day

-- name: ended
update models.retraining set tidied_at = clock_timestamp() where model = $1 and day = $2

-- name: given-up
delete from models.retraining_step where model = $1 and day = $2

-- name: file-needed
select exists (
  select from models.retraining_step s join models.retraining r using (model, day)
  where s.step = 'features' and r.tidied_at is null and s.result ->> 'file' = $1
) as needed

-- name: bundles
select bundle from models.version
union
select s.result ->> 'bundle' from models.retraining_step s join models.retraining r using (model, day)
where s.step = 'train' and r.tidied_at is null and s.result ? 'bundle'

-- name: predictions
delete from models.prediction where ctid = any (array(
  select ctid from models.prediction where model = $1 and at < $2 limit $3
))

-- name: labels
delete from models.label where model = $1 and known_at < $2

-- name: looks
delete from models.watch
where model = $1 and looked_at < $2 and id < (select max(id) from models.watch where model = $1)

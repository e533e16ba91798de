-- name: plan
select r.plan
from models.version v join models.retraining r on r.model = v.model and r.day = v.day
where v.model = $1 and v.number = $2

-- name: labelled
select count(*)::int as rows,
  count(*) filter (where (p.score > 0.5) = (l.label = $4))::int as right
from models.prediction p
join models.label l on l.model = p.model and l.entity = p.entity
where p.model = $1 and p.version = $2 and p.at >= to_timestamp($3::float8 / 1000) and p.error is null
  and p.at < l.known_at

-- name: requests
select count(*)::int as count, count(*) filter (where error is not null)::int as errors,
  count(*) filter (where ms > $4)::int as slow
from models.prediction
where model = $1 and version = $2 and at >= to_timestamp($3::float8 / 1000)

-- name: inputs
select inputs from models.prediction
where model = $1 and version = $2 and at >= to_timestamp($3::float8 / 1000) and error is null
order by at desc limit 20000

-- name: write
insert into models.watch (model, version, looked_at, measures, reasons, action)
values ($1, $2, clock_timestamp(), $3, $4, $5)

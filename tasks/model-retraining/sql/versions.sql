-- name: model
insert into models.model (name, owner, description) values ($1, $2, $3)
on conflict (name) do update set owner = excluded.owner, description = excluded.description

-- name: deployment-row
insert into models.deployment (model) values ($1) on conflict (model) do nothing

-- name: register
insert into models.version (
  model, number, bundle, params, metrics, gates, data_from, data_to, day, code_digest, created_by
)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10
from models.version where model = $1
on conflict (model, bundle) do nothing

-- name: by-bundle
select number from models.version where model = $1 and bundle = $2

-- name: versions
select number, bundle, params, metrics, gates, day::text as day, mlflow_run as "mlflowRun",
  (extract(epoch from created_at) * 1000)::float8 as "createdAt"
from models.version where model = $1 order by number

-- name: remember-run
update models.version set mlflow_run = $3 where model = $1 and number = $2

-- name: deployment
select current, previous, candidate, mode, share, generation::int as generation
from models.deployment where model = $1

-- name: switch
with changed as (
  update models.deployment
  set previous = current, current = $3, candidate = null, mode = null, share = null,
    generation = generation + 1
  where model = $1 and generation = $2
  returning previous, current
)
insert into models.switch (model, kind, from_version, to_version, why, who)
select $1, $4, previous, current, $5, $6 from changed

-- name: candidate
update models.deployment set candidate = $3, mode = $4, share = $5, generation = generation + 1
where model = $1 and generation = $2

-- name: notify
select pg_notify('models_changed', $1)

-- name: history
select kind, from_version as "from", to_version as "to", why, who,
  (extract(epoch from at) * 1000)::float8 as at
from models.switch where model = $1 order by id

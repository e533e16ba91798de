-- What people see of models. A model whose first night hasn't passed is known by its nights alone.

-- name: models
select known.name, coalesce(m.owner, known.owner) as owner, coalesce(m.description, '') as description,
  d.current, d.previous, d.candidate, d.mode, d.share, coalesce(d.generation, 0)::int as generation,
  (select row_to_json(n) from (
    select r.day::text as day, r.outcome, r.reasons,
      to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
      to_char(r.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "endedAt"
    from models.retraining r where r.model = known.name order by r.day desc limit 1
  ) n) as "lastNight",
  (select row_to_json(l) from (
    select w.version, to_char(w.looked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, w.action, w.reasons
    from models.watch w where w.model = known.name order by w.id desc limit 1
  ) l) as "lastLook"
from (
  select name, owner from models.model
  union all
  select model, (array_agg(plan ->> 'owner' order by day desc))[1] from models.retraining
  where model not in (select name from models.model) group by model
) known
left join models.model m on m.name = known.name
left join models.deployment d on d.model = known.name
where $1::text is null or known.name = $1
order by known.name

-- name: versions
select v.number, v.day::text as day, to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  v.created_by as "createdBy", v.metrics, v.params, v.gates, to_char(v.data_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dataFrom", to_char(v.data_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dataTo",
  v.code_digest as code, v.bundle, v.mlflow_run as "mlflowRun",
  exists (
    select from models.switch s
    where s.model = v.model and s.kind = 'rollback' and s.from_version = v.number
  ) as condemned
from models.version v where v.model = $1 order by v.number desc limit $2

-- name: nights
select r.day::text as day, r.outcome, r.reasons,
  to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
  to_char(r.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "endedAt",
  (
    select s.result -> 'gates' from models.retraining_step s
    where s.model = r.model and s.day = r.day and s.step = 'gate'
  ) as gates,
  (
    select s.result #> '{evaluation,candidate,calibration}' from models.retraining_step s
    where s.model = r.model and s.day = r.day and s.step = 'evaluate'
  ) as calibration,
  (
    select (s.result #>> '{evaluation,candidate,accuracy}')::float8 from models.retraining_step s
    where s.model = r.model and s.day = r.day and s.step = 'evaluate'
  ) as accuracy,
  (
    select s.result -> 'importance' from models.retraining_step s
    where s.model = r.model and s.day = r.day and s.step = 'evaluate'
  ) as importance,
  (
    select s.result -> 'drift' from models.retraining_step s
    where s.model = r.model and s.day = r.day and s.step = 'features'
  ) as drift
from models.retraining r where r.model = $1 order by r.day desc limit $2

-- name: looks
select version, to_char(looked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action, reasons, measures
from models.watch where model = $1 order by id desc limit $2

-- name: switches
select kind, from_version as "from", to_version as "to", why, who,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
from models.switch where model = $1 order by id desc limit $2

-- name: traffic
select to_char(date_trunc('minute', at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as minute, version,
  count(*)::int as rows, count(error)::int as errors,
  percentile_cont(0.5) within group (order by ms) as p50,
  percentile_cont(0.99) within group (order by ms) as p99
from models.prediction
where model = $1 and at >= clock_timestamp() - make_interval(mins => $2)
group by 1, 2 order by 1, 2

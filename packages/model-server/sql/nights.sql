-- How each model's last night has ended, and how good its live version was promised to be and is.
select night.model, night.outcome, extract(epoch from night.ended_at)::float8 as "endedAt",
  (
    select (step.result #>> '{evaluation,candidate,accuracy}')::float8 from models.retraining_step step
    where step.model = night.model and step.day = night.day and step.step = 'evaluate'
  ) as accuracy,
  (live.metrics ->> 'accuracy')::float8 as promised,
  look.right / nullif(look.rows, 0) as measured
from (
  select distinct on (model) model, day, outcome, ended_at from models.retraining
  where ended_at is not null order by model, day desc
) night
left join models.deployment deployment on deployment.model = night.model
left join models.version live on live.model = night.model and live.number = deployment.current
left join lateral (
  select (measures #>> '{labelled,right}')::float8 as right, (measures #>> '{labelled,rows}')::float8 as rows
  from models.watch where watch.model = night.model and watch.version = deployment.current
  order by id desc limit 1
) look on true
order by night.model

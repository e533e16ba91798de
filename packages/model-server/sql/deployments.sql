-- What is live and what is tried out, with the bundles to load.
select d.model, d.generation::float8 as generation, d.mode, d.share,
  d.current, now_live.bundle as "currentBundle",
  d.candidate, tried.bundle as "candidateBundle"
from models.deployment d
left join models.version now_live on now_live.model = d.model and now_live.number = d.current
left join models.version tried on tried.model = d.model and tried.number = d.candidate
order by d.model

insert into models.prediction (request, model, version, at, entity, inputs, score, ms, error)
select request, model, version, to_timestamp(at / 1000), entity, inputs, score, ms, error
from jsonb_to_recordset($1::jsonb) as t (
  request text, model text, version integer, at float8, entity text, inputs jsonb,
  score float8, ms float8, error text
)

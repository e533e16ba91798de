-- Columns of a table, and what the contract wants of each: to_regtype gives types their one name.
select w.name, a.attname is not null as present,
  a.atttypid is not distinct from to_regtype(w.type)::oid as fits
from jsonb_to_recordset($3::jsonb) as w(name text, type text)
left join pg_catalog.pg_attribute a
  on a.attrelid = format('%I.%I', $1::text, $2::text)::regclass and a.attname = w.name
  and not a.attisdropped

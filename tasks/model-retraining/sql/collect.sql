-- name: alone
select pg_advisory_xact_lock(hashtextextended('dolphinstage collect ' || $1, 0))

-- name: entities
create temp view {{name}} as
select * from {{table}} where {{cutOff}} >= {{from}}::timestamptz and {{cutOff}} < {{to}}::timestamptz

-- name: two-cut-offs
select {{key}}::text as key from {{name}} group by {{key}} having count(*) > 1 order by 1 limit 1

-- name: events
create temp view {{name}} as
select e.* from {{table}} e
where exists (
  select from {{entities}} x
  where x.{{entityKey}} = e.{{key}} and e.{{time}} < x.{{cutOff}} and ({{recorded}})
)

-- name: past-the-cut
select distinct n.nspname || '.' || c.relname as relation
from pg_rewrite r
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
join pg_namespace n on n.oid = c.relnamespace
where r.ev_class = 'pg_temp.retraining_collected'::regclass
  and n.oid <> pg_my_temp_schema()
  and n.nspname || '.' || c.relname <> all ($1::text[])
order by 1

-- name: columns
select attname as name, format_type(atttypid, null) as type
from pg_attribute
where attrelid = 'pg_temp.retraining_collected'::regclass and attnum > 0
order by attnum

-- name: keep
create table {{work}} as
select * from pg_temp.retraining_collected order by {{cutOff}}, {{key}}

-- name: facts
select
  count(*)::int as rows,
  count(distinct {{key}})::int as entities,
  count(*) filter (where {{label}} is null)::int as unlabelled,
  count(*) filter (where {{cutOff}} is null)::int as timeless,
  max({{cutOff}}) as newest,
  (extract(epoch from {{to}}::timestamptz - max({{cutOff}})) / 86400)::double precision as age
from {{work}}

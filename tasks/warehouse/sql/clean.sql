-- Statements of the step from raw to cleaned, for one extraction ($1), in one transaction.

-- name: bad
-- Which rows break their contract, and by which check. Nothing moves raw's rows meanwhile, so their place names them.
create temporary table bad on commit drop as
select c.place, c.fault
from (
  select r.ctid as place, {{fault}} as fault
  from raw.{{table}} r
  where r._extraction_id = $1
) c
where c.fault is not null

-- name: duplicates
-- Of rows with the same key the last one counts. A row without a valid key is bad already.
insert into bad (place, fault)
select d.place, -1
from (
  select r.ctid as place,
    row_number() over (partition by {{typed_key}} order by r._block desc, r.ctid desc) as n
  from raw.{{table}} r
  where r._extraction_id = $1
    and ({{typed_key}}) in (
      select {{typed_key}}
      from raw.{{table}} r
      where r._extraction_id = $1
        and not exists (select from bad b where b.place = r.ctid)
      group by {{typed_key}}
      having count(*) > 1
    )
    and not exists (select from bad b where b.place = r.ctid)
) d
where d.n > 1

-- name: reset
delete from cleaned.quarantine where dataset = $1 and stage = 'clean' and _extraction_id = $2

-- name: quarantine
insert into cleaned.quarantine
  (dataset, stage, _extraction_id, _block, key, column_name, reason, row)
select {{dataset}}, 'clean', r._extraction_id, r._block, {{key_text}},
  {{column}},
  {{reason}},
  to_jsonb(r) - '_extraction_id' - '_block'
from bad b
join raw.{{table}} r on r.ctid = b.place
where r._extraction_id = $1

-- name: merge
merge into cleaned.{{table}} t
using (
  select
    {{typed}},
    r._extraction_id
  from raw.{{table}} r
  where r._extraction_id = $1
    and not exists (select from bad b where b.place = r.ctid)
  -- Keeps the casts away from the bad rows.
  offset 0
) s
on {{same_key}}
when matched and {{changed}} then
  update set {{assign}}
when not matched then
  insert ({{columns}}, _extraction_id) values ({{values}}, s._extraction_id)

-- name: delete_missing
delete from cleaned.{{table}} t
where not exists (
  select from (
    select
      {{typed}}
    from raw.{{table}} r
    where r._extraction_id = $1
      and not exists (select from bad b where b.place = r.ctid)
    offset 0
  ) s
  where {{same_key}}
)

create table if not exists raw.{{table}} (
  {{columns}},
  -- From settings of the transaction, so that blocks are copied as they are.
  _extraction_id bigint not null default current_setting('dolphinstage.extraction')::bigint,
  _block integer not null default current_setting('dolphinstage.block')::integer
);

create index if not exists {{index}} on raw.{{table}}
  using brin (_extraction_id, _block) with (pages_per_range = 16);

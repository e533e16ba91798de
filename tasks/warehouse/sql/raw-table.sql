-- "if not exists" alone fails when two make it at once. The file is one transaction.
select pg_advisory_xact_lock(hashtextextended('warehouse.tables', 0));

create table if not exists raw.{{table}} (
  {{columns}},
  _extraction_id bigint not null default raw.loading_extraction(),
  _block integer not null default raw.loading_block()
);

create index if not exists {{index}} on raw.{{table}}
  using brin (_extraction_id, _block) with (pages_per_range = 16);

-- "if not exists" alone fails when two make it at once. The file is one transaction.
select pg_advisory_xact_lock(hashtextextended('warehouse.tables', 0));

create table if not exists cleaned.{{table}} (
  {{columns}},
  _extraction_id bigint not null,
  primary key ({{key}})
);

create index if not exists {{index}} on cleaned.{{table}} (_extraction_id);

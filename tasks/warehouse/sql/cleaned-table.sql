create table if not exists cleaned.{{table}} (
  {{columns}},
  _extraction_id bigint not null,
  primary key ({{key}})
);

create index if not exists {{index}} on cleaned.{{table}} (_extraction_id);

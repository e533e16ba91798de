create schema if not exists ops;
create table if not exists ops.migration (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default clock_timestamp()
);

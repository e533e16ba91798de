-- "if not exists" alone fails when two make it at once. The file is one transaction.
select pg_advisory_xact_lock(hashtextextended('warehouse.tables', 0));

create schema if not exists raw;
create schema if not exists cleaned;
create schema if not exists analytics;

-- Where a row of raw comes from: settings of the loader's transaction, so that blocks are copied as they are. They are
-- declared immutable, which they aren't, so that each COPY computes them once and not for each row: a quarter of its time.
create or replace function raw.loading_extraction() returns bigint language sql immutable
  as $$ select current_setting('dolphinstage.extraction')::bigint $$;
create or replace function raw.loading_block() returns integer language sql immutable
  as $$ select current_setting('dolphinstage.block')::integer $$;

create table if not exists cleaned.quarantine (
  id bigint generated always as identity primary key,
  dataset text not null default current_setting('dolphinstage.dataset'),
  -- extract: PostgreSQL could not store it. clean: it breaks the contract.
  stage text not null default 'extract' check (stage in ('extract', 'clean')),
  _extraction_id bigint not null default current_setting('dolphinstage.extraction')::bigint,
  _block integer default current_setting('dolphinstage.block')::integer,
  key text,
  column_name text,
  reason text not null,
  row jsonb not null,
  at timestamptz not null default clock_timestamp()
);

create index if not exists quarantine_extraction on cleaned.quarantine (dataset, _extraction_id);

comment on schema raw is 'What the sources gave, as text, row for row.';
comment on schema cleaned is 'Rows that keep their contracts, typed; the others are in cleaned.quarantine.';
comment on schema analytics is 'A star of flights and weather, human resources, and aggregates over them.';
comment on table cleaned.quarantine is 'Rows that break their contract, each with its reason.';

-- The warehouse's ledger. It stands in the warehouse's own database, so that it commits with the rows.

create table ops.warehouse_dataset (
  dataset text primary key,
  -- Counts the loaders: only the newest may write.
  loader bigint not null default 0,
  -- Where the last loaded extraction ended; the next one begins there.
  cursor text,
  -- Keys below the cursor that were missing then and may be committed late: [[from, to], …].
  late jsonb not null default '[]',
  -- The last loaded extraction.
  extraction_id bigint
);

create table ops.extraction (
  id bigint generated always as identity primary key,
  -- Deterministic: the same in each attempt of the same task of a workflow instance.
  extraction text not null,
  attempt integer not null,
  source text not null,
  dataset text not null,
  load text not null check (load in ('incremental', 'full')),
  contract integer not null,
  state text not null default 'open'
    check (state in ('open', 'sealed', 'loaded', 'superseded', 'lost')),
  cursor_from text,
  late_from jsonb not null default '[]',
  cursor_to text,
  late_to jsonb not null default '[]',
  -- What the source itself counted, not what came out of it.
  source_rows bigint,
  rows bigint,
  quarantined bigint,
  bytes bigint,
  blocks integer,
  -- Sum of the rows' CRC-32s, modulo 2^64.
  checksum numeric(20),
  cluster_id text,
  topic text,
  kafka_partition integer,
  -- The attempt's blocks stand from offset_from up to and without offset_to; null when there are none.
  offset_from bigint,
  offset_to bigint,
  -- How far the loader is.
  next_offset bigint,
  next_sequence integer not null default 0,
  loaded_rows bigint not null default 0,
  loaded_quarantined bigint not null default 0,
  loaded_checksum numeric(20) not null default 0,
  opened_at timestamptz not null default clock_timestamp(),
  sealed_at timestamptz,
  loaded_at timestamptz,
  cleaned_at timestamptz,
  analysed_at timestamptz,
  reconciled_at timestamptz,
  unique (extraction, attempt)
);

create index extraction_dataset on ops.extraction (dataset, state, id);

comment on table ops.extraction is 'Attempts to extract a data set. Only a sealed one is loaded.';

create table ops.extraction_block (
  extraction_id bigint not null references ops.extraction on delete cascade,
  sequence integer not null,
  kind text not null check (kind in ('rows', 'quarantine')),
  rows integer not null,
  checksum bigint not null,
  kafka_offset bigint not null,
  first_key text,
  last_key text,
  primary key (extraction_id, sequence)
);

comment on table ops.extraction_block is 'Loaded blocks: what reconciliation compares raw with.';

create table ops.reconciliation (
  id bigint generated always as identity primary key,
  run_id text not null,
  dataset text not null,
  system text not null,
  at timestamptz not null default clock_timestamp(),
  source_rows bigint not null,
  raw_rows bigint not null,
  quarantined bigint not null,
  cleaned_rows bigint not null,
  analytics_rows bigint not null,
  lost bigint not null,
  completeness numeric not null,
  -- What is missing or differs, bounded: [{stage, key, …}].
  faults jsonb not null default '[]'
);

create index reconciliation_dataset on ops.reconciliation (dataset, at);

insert into ops.retention (table_name, column_name, keep) values
  ('reconciliation', 'at', interval '400 days');

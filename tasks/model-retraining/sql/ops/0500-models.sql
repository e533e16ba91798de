-- Models, their versions, and which of them is live.

create schema if not exists models;

create table models.model (
  name text primary key,
  owner text not null,
  description text not null
);

create table models.version (
  model text not null references models.model,
  number integer not null,
  -- SHA-256 of the bundle's manifest.
  bundle text not null,
  params jsonb not null,
  metrics jsonb not null,
  -- What each gate said.
  gates jsonb not null,
  data_from timestamptz not null,
  data_to timestamptz not null,
  day date not null,
  code_digest text not null,
  mlflow_run text,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (model, number),
  unique (model, bundle)
);

create table models.deployment (
  model text primary key references models.model,
  current integer,
  previous integer,
  candidate integer,
  -- How the candidate takes part: it sees all requests, or answers a share of them.
  mode text check (mode in ('shadow', 'percentage')),
  share double precision check (share between 0 and 1),
  -- Counts the changes: who has seen another number decides on what isn't so any more.
  generation bigint not null default 0,
  foreign key (model, current) references models.version (model, number),
  foreign key (model, previous) references models.version (model, number),
  foreign key (model, candidate) references models.version (model, number)
);

create table models.switch (
  id bigint generated always as identity primary key,
  model text not null references models.model,
  kind text not null check (kind in ('promote', 'rollback')),
  from_version integer,
  to_version integer not null,
  why text not null,
  who text not null,
  at timestamptz not null default clock_timestamp()
);

create index switch_model on models.switch (model, at);

create table models.prediction (
  request text not null,
  model text not null,
  version integer not null,
  at timestamptz not null default clock_timestamp(),
  -- The entity's key, where the caller has given it: labels come by it.
  entity text,
  -- The inputs, redacted.
  inputs jsonb not null,
  -- Probability of the positive class.
  score double precision,
  -- What the answer took.
  ms double precision,
  -- Null where it was answered.
  error text
);

create index prediction_time on models.prediction using brin (at);
create index prediction_entity on models.prediction (model, entity);

create table models.label (
  model text not null,
  entity text not null,
  label text not null,
  known_at timestamptz not null default clock_timestamp(),
  primary key (model, entity)
);

-- What nightly retrainings have done: a run is a model's day, a step is done once.

create schema if not exists models;

create table models.retraining (
  model text not null,
  day date not null,
  plan jsonb not null,
  -- Null while it goes on.
  outcome text check (outcome in ('deployed', 'shadowed', 'refused', 'no-data')),
  -- Why it was refused, in words.
  reasons jsonb not null default '[]',
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (model, day),
  check ((outcome is null) = (ended_at is null))
);

comment on table models.retraining is 'Nightly retrainings, by model and day (UTC).';

create table models.retraining_step (
  model text not null,
  day date not null,
  step text not null,
  -- What the step hands on to those after it.
  result jsonb not null,
  run_id text not null,
  seconds double precision not null,
  done_at timestamptz not null default clock_timestamp(),
  primary key (model, day, step),
  foreign key (model, day) references models.retraining on delete cascade
);

create table models.watch (
  id bigint generated always as identity primary key,
  model text not null,
  version integer not null,
  looked_at timestamptz not null,
  -- What was measured, with the bounds that it was held against.
  measures jsonb not null,
  -- Empty while all is well.
  reasons jsonb not null,
  action text not null check (action in ('none', 'rollback', 'cool-down', 'nothing-to-return-to'))
);

create index watch_model on models.watch (model, looked_at);

comment on table models.watch is 'Each look at a live model, and what came of it.';

-- What every task needs of the platform's database. A pack adds tables of its own from 0100 on.

create table ops.run_record (
  run_id text not null,
  attempt integer not null check (attempt > 0),
  -- One command line with its retries: a later launch of the same run takes over from an earlier one.
  launch uuid not null,
  -- <pack>/<task>, the code that ran; `task` is the workflow's name for it.
  program text not null,
  bundle text,
  project text,
  workflow text,
  task text not null,
  tenant text,
  workflow_instance bigint,
  task_instance bigint,
  os_user text not null,
  host text not null,
  pid integer not null,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  outcome text not null default 'running'
    check (outcome in ('running', 'success', 'failed', 'stopped', 'timeout', 'killed')),
  error_code text,
  error_message text,
  rows_in bigint not null default 0,
  rows_out bigint not null default 0,
  bytes_in bigint not null default 0,
  bytes_out bigint not null default 0,
  cpu_seconds double precision,
  max_rss_bytes bigint,
  duration_seconds double precision generated always as (extract(epoch from finished_at - started_at)) stored,
  primary key (run_id, attempt),
  check ((outcome = 'running') = (finished_at is null))
);

comment on table ops.run_record is
  'One row per attempt of a task. `running` with a process that is gone means killed; the next attempt closes it.';
comment on column ops.run_record.finished_at is
  'Of a killed attempt: when that was noticed, not when it died.';

create index run_record_started on ops.run_record using brin (started_at);
create index run_record_workflow on ops.run_record (project, workflow, workflow_instance);
create index run_record_running on ops.run_record (started_at) where outcome = 'running';

create table ops.checkpoint (
  -- The project that it belongs to; empty for tasks run by hand without an identity.
  scope text not null,
  name text not null,
  -- Counts the openings. Only the holder of the latest epoch may commit.
  epoch bigint not null check (epoch > 0),
  -- Null until the first commit.
  value jsonb,
  opened_by text not null,
  opened_at timestamptz not null default clock_timestamp(),
  committed_at timestamptz,
  primary key (scope, name)
);

comment on table ops.checkpoint is 'Durable progress of tasks. Rows are kept: deleting one starts over.';

create table ops.task_output (
  run_id text not null,
  digest text not null,
  -- json, not jsonb: what comes out is what went in.
  output json not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (run_id, digest)
);

comment on table ops.task_output is 'Outputs that are too large for a handle of 2 KB.';

create table ops.retention (
  table_name text primary key,
  -- Rows go when this timestamp column is older than `keep`; rows without a value stay.
  column_name text not null,
  keep interval not null check (keep > interval '0')
);

comment on table ops.retention is 'How long rows are kept. A pack registers its tables here; an operator may change `keep`.';

insert into ops.retention (table_name, column_name, keep) values
  ('run_record', 'finished_at', interval '400 days'),
  ('task_output', 'written_at', interval '30 days');

create function ops.apply_retention() returns table (table_name text, deleted bigint)
language plpgsql as $$
declare
  rule ops.retention;
begin
  -- A task runs for days at most: what says so for longer was killed and never run again.
  update ops.run_record
    set outcome = 'killed', finished_at = clock_timestamp()
    where outcome = 'running' and started_at < clock_timestamp() - interval '30 days';
  for rule in select * from ops.retention r order by r.table_name loop
    execute format('delete from ops.%I where %I < $1', rule.table_name, rule.column_name)
      using clock_timestamp() - rule.keep;
    get diagnostics deleted = row_count;
    table_name := rule.table_name;
    return next;
  end loop;
end
$$;

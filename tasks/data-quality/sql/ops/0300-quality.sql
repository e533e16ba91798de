-- What the stream checker has said, kept for longer than Kafka keeps it.

create table ops.quality_window (
  dataset text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  version integer not null,
  rows bigint not null,
  passed bigint not null,
  -- Bad rows by check; with `passed` they add up to `rows`.
  parts jsonb not null,
  late bigint not null,
  ahead bigint not null,
  findings jsonb not null,
  primary key (dataset, starts_at)
);

create index quality_window_time on ops.quality_window using brin (starts_at);

comment on table ops.quality_window is 'Closed windows of data sets, as quality-scores had them.';

create view ops.quality_hour as
select
  dataset,
  date_trunc('hour', starts_at, 'UTC') as hour,
  count(*) as windows,
  sum(rows) as rows,
  sum(passed) as passed,
  sum(passed) / nullif(sum(rows), 0) as score,
  sum(late) as late,
  sum(jsonb_array_length(findings)) as findings
from ops.quality_window
group by dataset, date_trunc('hour', starts_at, 'UTC');

comment on view ops.quality_hour is 'Score by data set and hour (UTC): passed / rows, null where there was no row.';

create table ops.quality_alert (
  id text primary key,
  dataset text not null,
  check_name text not null,
  -- Empty where it is about rows as a whole.
  field text not null,
  series text not null,
  severity text not null check (severity in ('warning', 'critical')),
  since timestamptz not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  bad_rows bigint not null,
  words text not null
);

create index quality_alert_open on ops.quality_alert (dataset, opened_at);

create table ops.quality_report (
  day date not null,
  dataset text not null,
  windows bigint not null,
  rows bigint not null,
  passed bigint not null,
  score numeric,
  -- Alerts that were opened that day, and those that were open at its end.
  alerts bigint not null,
  open_alerts bigint not null,
  -- The fields with the most bad rows and alerts: [{field, check, alerts, badRows}, …].
  worst jsonb not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (day, dataset)
);

create table ops.quality_proposal (
  dataset text primary key,
  version integer not null,
  proposed_at timestamptz not null default clock_timestamp(),
  proposed_by text not null,
  rows bigint not null,
  windows bigint not null,
  -- Whether it has seen enough to be judged by.
  warm boolean not null,
  -- Levels as they are and as they would be: [{check, field, unit, before, after, changes}, …].
  levels jsonb not null,
  changed integer not null
);

comment on table ops.quality_proposal is
  'What re-learning from history would change, for a person to look at: the newest of each data set. Nothing applies it by itself.';

insert into ops.retention (table_name, column_name, keep) values
  ('quality_window', 'starts_at', '400 days'),
  ('quality_alert', 'opened_at', '400 days');

insert into ops.quality_proposal
  (dataset, version, proposed_by, rows, windows, warm, levels, changed)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (dataset) do update set
  version = excluded.version,
  proposed_at = clock_timestamp(),
  proposed_by = excluded.proposed_by,
  rows = excluded.rows,
  windows = excluded.windows,
  warm = excluded.warm,
  levels = excluded.levels,
  changed = excluded.changed

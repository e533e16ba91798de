-- Of a night that ended long ago the work table, the training set and a refused candidate's files go.

alter table models.retraining add column tidied_at timestamptz;

comment on column models.retraining.tidied_at is 'When what only the night itself needed was deleted; null while it is there.';

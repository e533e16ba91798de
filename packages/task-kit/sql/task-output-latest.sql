-- $1 run id. One row a run; bundles of before 0002 left one a digest.
select output from ops.task_output where run_id = $1 order by written_at desc limit 1

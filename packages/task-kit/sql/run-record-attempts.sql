-- $1 run id. The latest attempt first.
select attempt, launch from ops.run_record where run_id = $1 order by attempt desc

-- Runs of every workflow of a project, as the one real run looks: $1 its id, $2 runs a workflow, $3 the project's code.
-- One in ten has failed.
with pattern as (
  select * from t_ds_process_instance where id = $1
)
insert into t_ds_process_instance (
  name, process_definition_code, process_definition_version, state, state_history, recovery, start_time, end_time,
  run_times, host, command_type, command_param, task_depend_type, max_try_times, failure_strategy, warning_type,
  warning_group_id, command_start_time, global_params, flag, is_sub_process, executor_id, history_cmd,
  process_instance_priority, worker_group, environment_code, timeout, tenant_id, var_pool, dry_run,
  next_process_instance_id, restart_time
)
select
  definition.name || '-1-' || to_char(began, 'YYYYMMDDHH24MISSMS'), definition.code, definition.version,
  case when number % 10 = 3 then 6 else 7 end, pattern.state_history, pattern.recovery, began,
  began + interval '5 seconds', pattern.run_times, pattern.host, pattern.command_type, pattern.command_param,
  pattern.task_depend_type, pattern.max_try_times, pattern.failure_strategy, pattern.warning_type,
  pattern.warning_group_id, began, pattern.global_params, pattern.flag, pattern.is_sub_process, pattern.executor_id,
  pattern.history_cmd, pattern.process_instance_priority, pattern.worker_group, pattern.environment_code,
  pattern.timeout, pattern.tenant_id, pattern.var_pool, pattern.dry_run, pattern.next_process_instance_id, began
from generate_series(1, $2::int) as number
cross join t_ds_process_definition as definition
cross join pattern
-- The newest last, so that ids and times have the same order; each workflow at a second of its own.
cross join lateral (
  select pattern.start_time - interval '1 day' - ($2::int - number) * interval '1 hour'
    + (definition.id % 3000) * interval '1 second' as began
) as moment
where definition.project_code = $3
order by began

-- The tasks of those runs, as a real run's task looks: $1 the run's id, $2 the project's code. Their logs are its file.
with pattern as (
  select * from t_ds_task_instance where process_instance_id = $1 order by id limit 1
)
insert into t_ds_task_instance (
  name, task_type, task_execute_type, task_code, task_definition_version, process_instance_id, state, submit_time,
  start_time, end_time, host, execute_path, log_path, alert_flag, retry_times, pid, task_params, flag, retry_interval,
  max_retry_times, task_instance_priority, worker_group, environment_code, executor_id, first_submit_time, delay_time,
  task_group_id, var_pool, dry_run, cpu_quota, memory_max
)
select
  task.name, task.task_type, pattern.task_execute_type, task.code, task.version, runs.id, runs.state,
  runs.start_time, runs.start_time, runs.end_time, pattern.host, pattern.execute_path, pattern.log_path,
  pattern.alert_flag, pattern.retry_times, pattern.pid, pattern.task_params, pattern.flag,
  pattern.retry_interval, pattern.max_retry_times, pattern.task_instance_priority,
  pattern.worker_group, pattern.environment_code, pattern.executor_id, runs.start_time,
  pattern.delay_time, pattern.task_group_id, pattern.var_pool, pattern.dry_run,
  pattern.cpu_quota, pattern.memory_max
from t_ds_process_instance as runs
join (
  select distinct process_definition_code, process_definition_version, post_task_code, post_task_version
  from t_ds_process_task_relation
) as relation
  on relation.process_definition_code = runs.process_definition_code
  and relation.process_definition_version = runs.process_definition_version
join t_ds_task_definition as task
  on task.code = relation.post_task_code and task.version = relation.post_task_version
cross join pattern
where task.project_code = $2 and runs.id > $1

-- All runs of a project, so that it can be deleted: $1 its code.
with gone as (
  delete from t_ds_process_instance
  where process_definition_code in (select code from t_ds_process_definition where project_code = $1)
  returning id
)
delete from t_ds_task_instance where process_instance_id in (select id from gone)

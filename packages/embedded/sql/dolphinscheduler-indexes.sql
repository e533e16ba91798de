-- DolphinScheduler looks tasks and former versions up by code, for which its schema for PostgreSQL has no index (MySQL's
-- neither): with 25,000 tasks, making a workflow takes three times as long, and deleting one 14 s instead of 0.1 s.
create index if not exists task_definition_code_version_index on t_ds_task_definition (code, version);
create index if not exists process_definition_log_code_version_index on t_ds_process_definition_log (code, version);
-- A run's tasks are looked up by its number: with 100,000 of them that takes 0.1 s each time.
create index if not exists task_instance_process_instance_index on t_ds_task_instance (process_instance_id);

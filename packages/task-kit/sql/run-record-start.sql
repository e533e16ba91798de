insert into ops.run_record
  (run_id, attempt, launch, program, bundle, project, workflow, task, tenant,
   workflow_instance, task_instance, os_user, host, pid)
select $1, coalesce(max(attempt), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
from ops.run_record
where run_id = $1
returning attempt

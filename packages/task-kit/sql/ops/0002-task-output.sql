-- A lost handle is looked up here by its run, so that every output of a workflow's task is kept, not only large ones.

comment on table ops.task_output is
  'The output of each task of a workflow instance: read when it is too large for a handle of 2 KB, or its handle is lost.';

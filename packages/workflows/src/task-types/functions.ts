/** What makes tasks of DolphinScheduler's own types, for authors: one function a type. */
export { anyTask, type AnyTaskSettings } from './any-task';
export { shell, type ShellSettings } from './shell';
export { sql, type SqlSettings } from './sql';
export { subWorkflow, type SubWorkflowSettings, type WorkflowRef } from './sub-workflow';
export { switchOn, type SwitchCase, type SwitchSettings } from './switch';

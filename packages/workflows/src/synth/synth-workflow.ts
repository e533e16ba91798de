import { isDolphinstageError } from '@dolphinstage/common';
import { locationOf } from '../define/call-site';
import type { TaskNode } from '../define/task';
import type { Workflow, WorkflowOptions } from '../define/define-workflow';
import { isReserved } from '../apply/reserved';
import { describeWorkflow, endsAsSystem } from '../marker';
import type { ParamModel, TaskModel, WorkflowModel } from '../model';
import { findCycle } from './edges';
import { ID, LONGEST_DESCRIPTION, LONGEST_ID, LONGEST_NAME, OWNER, TENANT } from './names';
import { synthParams } from './params';
import type { Problems, Reporter } from './problems';
import { quartzFault } from './quartz';
import { TaskScope, WorkflowScope } from './scope';
import type { Names } from './targets';
import { synthTask } from './task';

const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
/** A DolphinScheduler project's name on the server's column. */
const LONGEST_PROJECT = 100;

/**
 * One workflow as JSON; what is wrong goes to `problems`.
 *
 * @param workflow - as it counts for the target.
 * @param names - what the target calls what it refers to.
 */
export function synthWorkflow(workflow: Workflow, problems: Problems, names: Names): WorkflowModel {
  const { options, at } = workflow;
  const report = problems.of(options.id, at);
  checkNames(options, report);
  const params = synthParams(options.params ?? {}, report);
  const timeoutMinutes = report.minutes(options.timeout, 'timeout');
  const nodes = nodesOf(workflow, problems);
  const byId = new Map(nodes.map(node => [node.handle.id, node]));
  const byName = new Map(params.map(param => [param.name, param]));
  const scope = new WorkflowScope(byName, byId, names);
  const tasks: TaskModel[] = [];
  for (const node of nodes) {
    const taskReport = problems.of(options.id, node.at ?? at, node.handle.id);
    taskReport.check(
      byId.get(node.handle.id) === node,
      'DUPLICATE',
      `there are two tasks ${node.handle.id}`,
      'Give each task an id of its own.',
    );
    const task = synthTask(node, options, new TaskScope(taskReport, node.handle.id, scope));
    if (task) tasks.push(task);
  }
  const linked = tasks.map(task => ({
    ...task,
    after: [...new Set([...task.after, ...(scope.entries.get(task.id) ?? [])])].sort(),
  }));
  checkTaskNames(linked, report);
  checkOutputs(nodes, params, report);
  report.check(
    nodes.length > 0,
    'EMPTY',
    'it has no tasks',
    'Put at least one task into its body.',
  );
  const cycle = findCycle(linked);
  if (cycle)
    report.add(
      'CYCLE',
      `tasks wait for each other: ${cycle.join(' → ')}`,
      'Take one of these edges out.',
    );
  checkAlert(options, timeoutMinutes > 0 || linked.some(task => task.timeoutMinutes > 0), report);
  const model: WorkflowModel = {
    id: options.id,
    name: options.name ?? options.id,
    project: options.project,
    description: (options.description ?? '').trim(),
    owner: options.owner,
    system: options.system,
    tenant: options.tenant,
    aliases: [...(options.aliases ?? [])],
    adopt: options.adopt ?? false,
    protect: options.protect ?? false,
    params,
    schedule: scheduleOf(options, report),
    overlap: options.schedule?.overlap ?? options.overlap ?? 'parallel',
    onFailure: options.onFailure ?? 'continue',
    timeoutMinutes,
    alert: options.alert && {
      group: options.alert.group,
      on: [...new Set(options.alert.on)].sort(),
      webhook: options.alert.webhook && names.of('connection', options.alert.webhook.connection),
    },
    workerGroup: names.of('workerGroup', options.workerGroup ?? 'default'),
    environment: options.environment,
    priority: options.priority ?? 'medium',
    tasks: linked,
    uses: scope.uses,
  };
  const length = describeWorkflow(model, '0'.repeat(12)).length;
  report.check(
    length <= LONGEST_DESCRIPTION,
    'TOO_LONG',
    `its description is ${length - LONGEST_DESCRIPTION} characters too long`,
    `DolphinScheduler holds ${LONGEST_DESCRIPTION}, of which system, owner and marker take some: shorten it.`,
  );
  return model;
}

/** Runs the body; an error in it is one of the problems, so that other workflows' come out as well. */
function nodesOf(workflow: Workflow, problems: Problems): readonly TaskNode[] {
  try {
    return workflow.nodes();
  } catch (error) {
    const at = (error instanceof Error && locationOf(error.stack)) || workflow.at;
    const message = error instanceof Error ? error.message : String(error);
    const where = isDolphinstageError(error) && error.where ? `${error.where}: ` : '';
    const todo = (isDolphinstageError(error) && error.todo) || 'Mend the body of the workflow.';
    problems.of(workflow.options.id, at).add('BODY', `${where}${message}`, todo);
    return [];
  }
}

function checkNames(options: WorkflowOptions, report: Reporter): void {
  for (const id of [options.id, ...(options.aliases ?? [])]) {
    report.check(
      ID.test(id) && id.length <= LONGEST_ID && !isReserved(id),
      'NAME',
      `"${id}" can't be a workflow's id`,
      `Use lower case letters and digits with dashes between, ${LONGEST_ID} at most, and not dolphinstage-lock.`,
    );
  }
  const { name = options.id } = options;
  report.check(
    name.trim() !== '' && name.length <= LONGEST_NAME && !isReserved(name),
    'NAME',
    `"${name}" can't be a workflow's name`,
    `Use 1 to ${LONGEST_NAME} characters, and not dolphinstage-lock.`,
  );
  report.check(
    options.project.trim() === options.project &&
      options.project.length > 0 &&
      options.project.length <= LONGEST_PROJECT,
    'NAME',
    `"${options.project}" can't be a project's name`,
    `Use 1 to ${LONGEST_PROJECT} characters without blanks around.`,
  );
  report.check(
    OWNER.test(options.owner),
    'NAME',
    `"${options.owner}" is not an owner`,
    'Name a Backstage entity, for example group:default/sales.',
  );
  report.check(
    options.system === undefined || OWNER.test(options.system),
    'NAME',
    `"${options.system}" is not a system`,
    'Name a Backstage entity, for example system:default/warehouse.',
  );
  report.check(
    !endsAsSystem(options.description ?? ''),
    'NAME',
    'its description ends with a line that names a system',
    'Take the line out, and say it as system.',
  );
  report.check(
    options.tenant === undefined || TENANT.test(options.tenant),
    'NAME',
    `"${options.tenant}" can't be a tenant`,
    'A tenant is an OS user of the workers: letters, digits, dots, dashes and underscores.',
  );
}

function checkTaskNames(tasks: readonly TaskModel[], report: Reporter): void {
  const seen = new Set<string>();
  for (const { id, name } of tasks) {
    report.check(
      !seen.has(name) || name === id,
      'DUPLICATE',
      `there are two tasks called ${name}`,
      'Give each task a name of its own.',
    );
    seen.add(name);
  }
}

/** Parameters and outputs stand in one space of names on the server, and so do outputs among themselves. */
function checkOutputs(
  nodes: readonly TaskNode[],
  params: readonly ParamModel[],
  report: Reporter,
): void {
  const taken = new Map(params.map(({ name }) => [name, 'a parameter of the workflow']));
  for (const { handle, settings } of nodes) {
    for (const name of Object.keys(settings.outputs ?? {})) {
      const other = taken.get(name);
      report.check(
        other === undefined,
        'DUPLICATE',
        `output ${name} of task ${handle.id} is also ${other}`,
        'Give each output a name of its own.',
      );
      taken.set(name, `an output of task ${handle.id}`);
    }
  }
  report.check(
    new Set(
      params.filter(({ type }) => type === 'string').map(({ verbatim }) => verbatim === undefined),
    ).size < 2,
    'PARAM',
    'some of its texts are encoded (param.string), others verbatim (param.verbatim)',
    'Declare all of them the same way: a run must know how to give them.',
  );
}

function checkAlert({ alert }: WorkflowOptions, hasTimeout: boolean, report: Reporter): void {
  if (!alert) return;
  report.check(
    alert.group.trim() !== '',
    'ALERT',
    'alert: the group has no name',
    'Name an alert group.',
  );
  report.check(
    alert.on.length > 0,
    'ALERT',
    'alert: on is empty',
    'Say what to alert on, or leave alert out.',
  );
  report.check(
    hasTimeout || !alert.on.includes('timeout'),
    'ALERT',
    'alert: on timeout, but nothing has a timeout',
    'Give the workflow or a task a timeout, or take the occasion out.',
  );
}

function scheduleOf(
  { schedule, overlap }: WorkflowOptions,
  report: Reporter,
): WorkflowModel['schedule'] {
  if (!schedule) return undefined;
  const fault = quartzFault(schedule.cron);
  if (fault) {
    report.add(
      'CRON',
      `cron "${schedule.cron}": ${fault}`,
      'Write it in the form of Quartz, for example 0 0 2 * * ? * for every day at two.',
    );
  }
  report.check(
    isZone(schedule.timeZone),
    'ZONE',
    `"${schedule.timeZone}" is not a time zone`,
    'Use an IANA name, for example Europe/Oslo or UTC.',
  );
  report.check(
    overlap === undefined || schedule.overlap === undefined || overlap === schedule.overlap,
    'OVERLAP',
    `overlap is ${overlap} for the workflow and ${schedule.overlap} in its cron`,
    'Say it once.',
  );
  const { from, until, missed } = schedule;
  for (const [what, time] of [
    ['from', from],
    ['until', until],
  ] as const) {
    report.check(
      time === undefined || MOMENT.test(time),
      'CRON',
      `${what}: "${time}" is not a moment`,
      'Write it as 2026-11-23 16:47:00, in the time zone of the schedule.',
    );
  }
  report.check(
    from === undefined || until === undefined || from < until,
    'CRON',
    `it ends at ${until}, before it begins at ${from}`,
    'Turn them around.',
  );
  return {
    cron: schedule.cron.trim().split(/\s+/).join(' '),
    timeZone: schedule.timeZone,
    from,
    until,
    missed,
  };
}

function isZone(name: string): boolean {
  // Java takes region names; offsets and abbreviations, which Intl also knows, mean different things there.
  if (name !== 'UTC' && !name.includes('/')) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

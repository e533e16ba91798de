import { type CommonSettings, defineTaskType } from './define-task-type';
import { type DependentSpan, span } from './dependent-spans';
import { type Field, type Fields, flag, number, oneOf, SINCE_3_2, UNREADABLE } from './fields';
import type { RawTask } from './raw-task';
import { asRef, ref } from './refs';
import { type ItemKind, joinedBy, type Relation } from './relation';
import type { JsonSettings } from './task-type';
import { type WorkflowRef, workflowRef } from './workflow-ref';

/** What is waited for: a run of another workflow, or one task of it. @public */
export interface Dependency {
  readonly workflow: WorkflowRef;
  /** A task of it, by its name in DolphinScheduler. Default: the whole run. */
  readonly task?: string;
  /** Each task of it instead of the whole run. Default false. */
  readonly allTasks?: boolean;
  /** In which span it must have run: `today`, `last1Days` (yesterday), `lastMonday` … */
  readonly in: DependentSpan;
  /** Hands its output parameters on. Default false. */
  readonly passParameters?: boolean;
}

/** @public */
export interface DependentSettings extends Pick<CommonSettings, 'extra'> {
  /** One dependency, or several joined by `all` and `any`, nested once at most. */
  readonly on: Relation<Dependency>;
  /** Seconds between two looks. Default: the server's, 10. */
  readonly checkEverySeconds?: number;
  /** What happens when what it depends on has failed: it fails, or waits for another run. Default `fail`. */
  readonly onFailure?: 'fail' | 'wait';
  /** Minutes that it waits after a failure, with `onFailure: 'wait'`. Default: none. */
  readonly failureWaitMinutes?: number;
}

/**
 * Waits until other workflows have run: it succeeds when they have succeeded in the given span, and fails when they
 * have failed. It waits as long as there is no run; a `timeout` on the task ends that.
 *
 * @public
 */
export function dependent(settings: DependentSettings): RawTask<DependentSettings> {
  return { raw: 'dependent', settings };
}

const WHOLE_RUN = 0;
const ALL_TASKS = -1;

/** The workflow, and which of its tasks: codes of tasks are found only with it. */
const target: Field<WorkflowRef> = {
  keys: ['projectCode', 'definitionCode'],
  required: true,
  synth: (value, { scope }) => workflowRef(scope.use(value)),
  write(value) {
    const name = asRef(value);
    return name?.kind === 'workflow'
      ? { projectCode: ref({ kind: 'project', project: name.project }), definitionCode: value }
      : {};
  },
  read({ definitionCode, projectCode }, { names }) {
    const name = names.workflow(Number(definitionCode));
    return name && names.project(Number(projectCode)) === name.project
      ? workflowRef(name)
      : UNREADABLE;
  },
};

const fields = {
  workflow: target,
  task: {
    keys: [],
    required: false,
    synth(value, { scope, option }) {
      scope.report.check(
        typeof value === 'string' && value !== '',
        'INPUT',
        `${option}: it is not a task's name`,
        'Write its name in DolphinScheduler, which is its id where nothing else is said.',
      );
      return value;
    },
    write: () => ({}),
    read({ depTaskCode, definitionCode }, { names, line }) {
      const code = Number(depTaskCode ?? WHOLE_RUN);
      // 3.1 has no task of that code.
      const isNoTask = code === WHOLE_RUN || (code === ALL_TASKS && line !== '3.1');
      if (isNoTask) return undefined;
      return names.workflowTask(Number(definitionCode), code) ?? UNREADABLE;
    },
  } satisfies Field<string>,
  allTasks: {
    keys: [],
    lines: SINCE_3_2,
    required: false,
    synth: value => value || undefined,
    write: () => ({}),
    read: ({ depTaskCode }) => (Number(depTaskCode) === ALL_TASKS ? true : undefined),
  } satisfies Field<boolean>,
  in: span,
  passParameters: flag('parameterPassing', { optional: true, lines: SINCE_3_2 }),
};

function taskCode({ workflow, task, allTasks }: JsonSettings): unknown {
  if (allTasks) return ALL_TASKS;
  const name = asRef(workflow);
  return typeof task === 'string' && name?.kind === 'workflow'
    ? ref({ ...name, kind: 'workflow-task', task })
    : WHOLE_RUN;
}

const dependency: ItemKind = {
  what: 'a dependency',
  fields: fields as unknown as Fields,
  write: (item, { line }) => ({
    // The UI of 3.2 and later shows by it which kind it is.
    ...(line === '3.1'
      ? {}
      : {
          dependentType:
            taskCode(item) === WHOLE_RUN ? 'DEPENDENT_ON_WORKFLOW' : 'DEPENDENT_ON_TASK',
        }),
    depTaskCode: taskCode(item),
  }),
  check({ task, allTasks }, report) {
    report.check(
      task === undefined || !allTasks,
      'INPUT',
      'a dependency is on one task and on all of them',
      'Say one of `task` and `allTasks`.',
    );
  },
};

/** Source: DependentParameters, DependentItem and DependentUtils of 3.1.1, 3.2.2 and about 3.3.0. */
export const dependentType = defineTaskType<DependentSettings>({
  name: 'dependent',
  serverType: 'DEPENDENT',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  withoutOutputs: ['3.1', '3.2', '3.3', '3.4'],
  fields: {
    on: joinedBy<Dependency>('dependence', dependency),
    checkEverySeconds: number('dependence.checkInterval', {
      optional: true,
      integer: true,
      least: 1,
      lines: SINCE_3_2,
    }),
    onFailure: oneOf(
      'dependence.failurePolicy',
      { fail: 'DEPENDENT_FAILURE_FAILURE', wait: 'DEPENDENT_FAILURE_WAITING' },
      { optional: true, lines: SINCE_3_2 },
    ),
    failureWaitMinutes: number('dependence.failureWaitingTime', {
      optional: true,
      integer: true,
      least: 1,
      lines: SINCE_3_2,
    }),
  },
  check: ({ onFailure, failureWaitMinutes }, { report }) =>
    report.check(
      failureWaitMinutes === undefined || onFailure === 'wait',
      'INPUT',
      'failureWaitMinutes without waiting',
      "Set onFailure: 'wait', or take it out.",
    ),
});

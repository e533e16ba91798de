import type {
  Parameter,
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';
import { parseCommand } from '../command';
import { ownText, readMarker, readOwner, readSystem, withoutMarker } from '../marker';
import { type Change, compare, leaves } from './change';

/** Turns codes and ids back into names. */
export interface Names {
  environment(code: number): string;
  resource(id: number): string;
  /** A workflow's, task's or project's code. */
  code(code: number): string | undefined;
}

/** What writing the specification would change, in words. Positions of boxes don't count. */
export function diffWorkflow(
  live: WorkflowDefinition,
  spec: WorkflowDefinitionSpec,
  names: Names,
): Change[] {
  const verbatim = readMarker(spec.description)?.verbatim ?? false;
  const changes = [
    ...compare('', workflowFields(live), workflowFields(spec)),
    ...compare('parameter', paramFields(live, verbatim), paramFields(spec, verbatim)),
    ...diffTasks(live, spec, names),
    ...diffEdges(live, spec),
  ];
  const markers = [live, spec].map(({ description, tasks }) =>
    [description, ...tasks.map(task => task.description).sort()].join('\n'),
  );
  // Somebody has made the same change by hand: the marker must say so, or the next one looks like drift.
  if (changes.length === 0 && markers[0] !== markers[1]) {
    changes.push({ what: 'marker', before: 'of an earlier state', after: 'of this state' });
  }
  return changes;
}

function workflowFields(definition: WorkflowDefinitionSpec): Record<string, unknown> {
  return {
    name: definition.name,
    description: ownText(definition.description),
    owner: readOwner(definition.description),
    system: readSystem(definition.description),
    timeout: minutes(definition.timeout),
    'when runs overlap': definition.executionType,
    tenant: definition.tenantCode,
  };
}

function minutes(count: number): string | undefined {
  return count > 0 ? `${count} min` : undefined;
}

function paramFields(
  { globalParams }: Pick<WorkflowDefinitionSpec, 'globalParams'>,
  verbatim: boolean,
): Record<string, unknown> {
  return Object.fromEntries(
    globalParams.map(({ prop, direct, type, value }) => [
      prop,
      `${type} ${paramValue(type, value, verbatim)}${direct === 'OUT' ? ' (handed on)' : ''}`,
    ]),
  );
}

function paramValue(type: string, value: string, verbatim: boolean): string {
  return type === 'VARCHAR' && !verbatim
    ? JSON.stringify(Buffer.from(value, 'base64url').toString('utf8'))
    : value;
}

function diffTasks(live: WorkflowDefinition, spec: WorkflowDefinitionSpec, names: Names): Change[] {
  const before = byCode(live);
  const after = byCode(spec);
  return [
    ...[...after.values()]
      .filter(({ code }) => !before.has(code))
      .map(({ name, taskType }) => ({ what: `task ${name}`, after: `new, ${taskType}` })),
    ...[...before.values()]
      .filter(({ code }) => !after.has(code))
      .map(({ name, taskType }) => ({ what: `task ${name}`, before: taskType })),
    ...[...after].flatMap(([code, task]) => {
      const was = before.get(code);
      if (!was) return [];
      const [one, other] = [taskFields(was, task, names), taskFields(task, task, names)];
      return compare(`task ${task.name}`, one, other);
    }),
  ];
}

/** @param wanted - says which parameters of the type count; servers add defaults of their own. */
function taskFields(
  task: TaskDefinition,
  wanted: TaskDefinition,
  names: Names,
): Record<string, unknown> {
  const { rawScript, resourceList, localParams, ...others } = task.taskParams;
  const known = Object.keys(wanted.taskParams);
  return {
    name: task.name,
    type: task.taskType,
    description: withoutMarker(task.description),
    ...scriptFields(rawScript),
    resources: resourceNames(resourceList, names),
    ...localFields(localParams),
    ...typeFields(others, known, names),
    enabled: task.flag === 'YES',
    priority: task.taskPriority,
    'worker group': task.workerGroup,
    environment: names.environment(task.environmentCode),
    retries: task.failRetryTimes,
    ...(task.failRetryTimes > 0 ? { 'retry every': minutes(task.failRetryInterval) } : {}),
    timeout:
      task.timeoutFlag === 'OPEN' ? `${task.timeout} min ${task.timeoutNotifyStrategy}` : undefined,
    delay: minutes(task.delayTime),
    'task group': task.taskGroupId || undefined,
    'priority in the task group': task.taskGroupPriority || undefined,
    'CPU quota': task.cpuQuota && `${task.cpuQuota} %`,
    'most memory': task.memoryMax && `${task.memoryMax} MB`,
    cache: task.cache,
  };
}

/** By name: the server keeps them in the order of their codes, which says nothing. */
function byCode({ tasks }: Pick<WorkflowDefinitionSpec, 'tasks'>): Map<number, TaskDefinition> {
  const ordered = [...tasks].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(ordered.map(task => [task.code, task]));
}

function localFields(localParams: unknown): Record<string, unknown> {
  if (!Array.isArray(localParams)) return {};
  return Object.fromEntries(
    (localParams as Parameter[]).map(({ prop, direct, type, value }) => [
      `${direct === 'IN' ? 'input' : 'output'} parameter ${prop}`,
      [type, value].filter(Boolean).join(' '),
    ]),
  );
}

/** A type's own parameters, by their paths; codes are shown as names. */
function typeFields(
  params: Readonly<Record<string, unknown>>,
  known: readonly string[],
  names: Names,
): Record<string, unknown> {
  const own = Object.entries(params).filter(([name]) => known.includes(name));
  const named = Object.entries(leaves(Object.fromEntries(own))).map(([path, value]) => {
    const name = typeof value === 'number' ? names.code(value) : undefined;
    return [path, name ?? value] as const;
  });
  return Object.fromEntries(named);
}

/** A pack's command line by its parts; any other script as a whole. */
function scriptFields(script: unknown): Record<string, unknown> {
  if (typeof script !== 'string') return {};
  const command = parseCommand(script);
  if (!command) return { script };
  const { input, binds, bundle, identity, task, retry, timeout } = command;
  return {
    bundle: /[^/"]+\.cjs/.exec(bundle)?.[0] ?? bundle,
    ...leaves(input, 'input'),
    ...Object.fromEntries(
      binds.map(bind => [`input.${bind.split('=')[0]}`, bind.slice(bind.indexOf('=') + 1)]),
    ),
    runs: task,
    'attempts and seconds between': retry,
    'seconds for an attempt': timeout,
    identity: identity && Buffer.from(identity, 'base64url').toString('utf8'),
  };
}

function resourceNames(resourceList: unknown, names: Names): string {
  if (!Array.isArray(resourceList)) return '';
  return (resourceList as { id?: number; resourceName?: string }[])
    .map(({ id, resourceName }) => resourceName ?? names.resource(id ?? 0))
    .sort()
    .join(', ');
}

function diffEdges(live: WorkflowDefinition, spec: WorkflowDefinitionSpec): Change[] {
  const names = new Map([...live.tasks, ...spec.tasks].map(({ code, name }) => [code, name]));
  const [before, after] = [edges(live, names), edges(spec, names)];
  return [
    ...[...after].filter(edge => !before.has(edge)).map(edge => ({ what: 'edge', after: edge })),
    ...[...before].filter(edge => !after.has(edge)).map(edge => ({ what: 'edge', before: edge })),
  ];
}

function edges(
  { relations }: WorkflowDefinitionSpec,
  names: ReadonlyMap<number, string>,
): Set<string> {
  return new Set(
    relations
      .filter(({ preTaskCode }) => preTaskCode !== 0)
      .map(
        ({ preTaskCode, postTaskCode }) => `${names.get(preTaskCode)} → ${names.get(postTaskCode)}`,
      ),
  );
}

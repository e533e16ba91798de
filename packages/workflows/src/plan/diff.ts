import type {
  Parameter,
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';
import { parseCommand } from '../command';
import { withoutMarker } from '../marker';
import { type Change, compare, leaves } from './change';

/** Turns codes and ids back into names. */
export interface Names {
  environment(code: number): string;
  resource(id: number): string;
}

/** What writing the specification would change, in words. Positions of boxes don't count. */
export function diffWorkflow(
  live: WorkflowDefinition,
  spec: WorkflowDefinitionSpec,
  names: Names,
): Change[] {
  const changes = [
    ...compare('', workflowFields(live), workflowFields(spec)),
    ...compare('parameter', paramFields(live.globalParams), paramFields(spec.globalParams)),
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
    description: withoutMarker(definition.description),
    timeout: minutes(definition.timeout),
    'when runs overlap': definition.executionType,
    tenant: definition.tenantCode,
  };
}

function minutes(count: number): string | undefined {
  return count > 0 ? `${count} min` : undefined;
}

function paramFields(params: readonly Parameter[]): Record<string, unknown> {
  return Object.fromEntries(
    params.map(({ prop, type, value }) => [prop, `${type} ${paramValue(type, value)}`]),
  );
}

function paramValue(type: string, value: string): string {
  return type === 'VARCHAR'
    ? JSON.stringify(Buffer.from(value, 'base64url').toString('utf8'))
    : value;
}

function diffTasks(live: WorkflowDefinition, spec: WorkflowDefinitionSpec, names: Names): Change[] {
  const before = new Map(live.tasks.map(task => [task.name, task]));
  const after = new Map(spec.tasks.map(task => [task.name, task]));
  return [
    ...[...after.values()]
      .filter(({ name }) => !before.has(name))
      .map(({ name, taskType }) => ({ what: `task ${name}`, after: `new, ${taskType}` })),
    ...[...before.values()]
      .filter(({ name }) => !after.has(name))
      .map(({ name, taskType }) => ({ what: `task ${name}`, before: taskType })),
    ...[...after].flatMap(([name, task]) => {
      const was = before.get(name);
      if (!was) return [];
      return compare(`task ${name}`, taskFields(was, task, names), taskFields(task, task, names));
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
    type: task.taskType,
    description: withoutMarker(task.description),
    ...scriptFields(rawScript),
    resources: resourceNames(resourceList, names),
    outputs: JSON.stringify(localParams ?? []),
    ...Object.fromEntries(Object.entries(others).filter(([name]) => known.includes(name))),
    switch: task.flag,
    priority: task.taskPriority,
    'worker group': task.workerGroup,
    environment: names.environment(task.environmentCode),
    retries: task.failRetryTimes,
    ...(task.failRetryTimes > 0 ? { 'retry every': minutes(task.failRetryInterval) } : {}),
    timeout:
      task.timeoutFlag === 'OPEN' ? `${task.timeout} min ${task.timeoutNotifyStrategy}` : undefined,
    delay: minutes(task.delayTime),
    'task group': task.taskGroupId || undefined,
  };
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
  const [before, after] = [edges(live), edges(spec)];
  return [
    ...[...after].filter(edge => !before.has(edge)).map(edge => ({ what: 'edge', after: edge })),
    ...[...before].filter(edge => !after.has(edge)).map(edge => ({ what: 'edge', before: edge })),
  ];
}

function edges(definition: WorkflowDefinitionSpec): Set<string> {
  const names = new Map(definition.tasks.map(task => [task.code, task.name]));
  return new Set(
    definition.relations
      .filter(({ preTaskCode }) => preTaskCode !== 0)
      .map(
        ({ preTaskCode, postTaskCode }) => `${names.get(preTaskCode)} → ${names.get(postTaskCode)}`,
      ),
  );
}

import { z } from 'zod';
import type { Fields } from '../http/transport';

/**
 * How a line calls what callers know as a workflow. 3.3 renamed every "process" to "workflow", and nothing
 * else about most fields and paths.
 */
export interface Terms {
  /** In paths. */
  readonly noun: 'process' | 'workflow';
  /** Path of definitions, below a project. */
  readonly definitions: string;
  /** Path of instances, below a project. */
  readonly instances: string;
  /** Field that holds a definition's code in schedules. */
  readonly definitionCode: string;
  /** Query field that filters instances by definition. */
  readonly instanceFilter: string;
  /** Field that holds an instance's id in control calls. */
  readonly instanceId: string;
  /** Fields written in the newest words, in the line's. */
  fields(fields: Fields): Fields;
  /** A shape written in the newest words, for rows in the line's. */
  rows<T>(shape: z.ZodType<T>): z.ZodType<T>;
}

function renamed(from: string, to: string) {
  const key = new RegExp(`^${from}(?=[A-Z])`);
  return <T>(fields: Record<string, T>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name.replace(key, to), value]),
    );
}

const toProcess = renamed('workflow', 'process');
const toWorkflow = renamed('process', 'workflow');

const isRow = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** 3.1 and 3.2. */
export const PROCESS: Terms = {
  noun: 'process',
  definitions: 'process-definition',
  instances: 'process-instances',
  definitionCode: 'processDefinitionCode',
  instanceFilter: 'processDefineCode',
  instanceId: 'processInstanceId',
  fields: toProcess,
  rows: shape =>
    z
      .unknown()
      .transform(row => (isRow(row) ? toWorkflow(row) : row))
      .pipe(shape),
};

/** 3.3 and later. */
export const WORKFLOW: Terms = {
  noun: 'workflow',
  definitions: 'workflow-definition',
  instances: 'workflow-instances',
  definitionCode: 'workflowDefinitionCode',
  instanceFilter: 'workflowDefinitionCode',
  instanceId: 'workflowInstanceId',
  fields: fields => fields,
  rows: shape => shape,
};

/** How 3.2 and later call what is monitored, in paths. */
export const MONITORS = { masters: 'MASTER', workers: 'WORKER', alertServers: 'ALERT_SERVER' };

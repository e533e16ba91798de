import { isDolphinstageError } from '@dolphinstage/common';
import type {
  Schedule,
  StartOptions,
  WorkflowDefinition,
} from '@dolphinstage/dolphinscheduler-client';
import { encodeWire, type WireType } from '@dolphinstage/task-kit';
import { WorkflowError } from '../errors';
import { readMarker } from '../marker';
import type { WorkflowModel } from '../model';
import type { Client } from '../plan/plan-types';
import { serverPriority } from '../plan/render';
import { failureStrategy, warningType } from '../plan/schedule';
import { SERVER_TYPES } from '../synth/local-params';
import { LONGEST_RUNNABLE_NAME } from '../synth/names';
import { isTimeExpression } from '../synth/params';
import { findWorkflow, type LiveRef } from './resolve';

/** A run that has been started. @public */
export interface RunRef {
  readonly project: string;
  readonly projectCode: number;
  readonly workflow: string;
  readonly instanceId: number;
}

/** What a workflow's definition says of its runs. @public */
export type RunSettings = Pick<WorkflowModel, 'alert' | 'priority' | 'onFailure' | 'workerGroup'>;

/** @public */
export interface StartRunOptions {
  /** `<workflow>` or `<project>/<workflow>`, or one that has been found. */
  readonly workflow: string | LiveRef;
  /** Parameters as people write them; each must be one of the workflow's and fit its type. */
  readonly params?: Readonly<Record<string, string>>;
  /**
   * Asked for where the workflow has no schedule, whose settings a run takes otherwise: its alert, priority and
   * what happens when a task fails. Default: no alerts, medium priority, other branches go on.
   */
  readonly unscheduled?: () => Promise<RunSettings | undefined>;
  /** The server goes through the tasks without running them. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Starts a workflow as it stands on the server.
 *
 * @throws WorkflowError `RUN_INVALID` for parameters that don't fit, `WORKFLOW_NOT_FOUND`; ClientError.
 * @public
 */
export async function startRun(client: Client, options: StartRunOptions): Promise<RunRef> {
  const { ref, start } = await prepareStart(client, options);
  const { project, projectCode, definition } = ref;
  const instanceId = await client.runs.start(projectCode, start, { signal: options.signal });
  return { project, projectCode, workflow: definition.name, instanceId };
}

/** What is to be started, and how. */
export interface PreparedStart {
  readonly ref: LiveRef;
  readonly start: StartOptions;
  readonly schedules: readonly Schedule[];
}

/**
 * Finds a workflow and says how its runs are started.
 *
 * @throws WorkflowError `RUN_INVALID`, `WORKFLOW_NOT_FOUND`; ClientError.
 */
export async function prepareStart(
  client: Client,
  options: StartRunOptions,
): Promise<PreparedStart> {
  const { workflow } = options;
  const ref = typeof workflow === 'string' ? await findWorkflow(client, workflow) : workflow;
  const { project, projectCode, definition } = ref;
  if (definition.releaseState === 'OFFLINE') {
    throw new WorkflowError('RUN_INVALID', `${definition.name} is offline`, {
      where: project,
      todo: 'Somebody has switched it off in DolphinScheduler: release it there.',
    });
  }
  if (definition.name.length > LONGEST_RUNNABLE_NAME) {
    throw new WorkflowError('RUN_INVALID', 'its name is too long for DolphinScheduler to run it', {
      where: `${project}/${definition.name}`,
      todo: `Give it a name of ${LONGEST_RUNNABLE_NAME} characters at most; its id, code and history stay.`,
    });
  }
  const params = encodeParams(definition, options.params ?? {});
  const schedules = await client.schedules.list(projectCode, definition.code);
  const settings = await settingsOf(client, schedules, options.unscheduled);
  return {
    ref,
    schedules,
    start: {
      workflowDefinitionCode: definition.code,
      tenantCode: definition.tenantCode,
      params,
      ...(options.dryRun ? { dryRun: true } : {}),
      ...settings,
    },
  };
}

async function settingsOf(
  client: Client,
  [schedule]: readonly Schedule[],
  unscheduled: StartRunOptions['unscheduled'],
): Promise<Partial<StartOptions>> {
  if (schedule) {
    const {
      failureStrategy: onFailure,
      priority,
      workerGroup,
      warningType: warning,
      warningGroupId,
    } = schedule;
    return {
      failureStrategy: onFailure,
      priority,
      workerGroup,
      warningType: warning,
      warningGroupId,
    };
  }
  const model = await unscheduled?.();
  if (!model) return {};
  const group = model.alert && (await client.alerts.findGroup(model.alert.group));
  return {
    failureStrategy: failureStrategy(model.onFailure),
    priority: serverPriority(model.priority),
    workerGroup: model.workerGroup,
    warningType: warningType(model.alert),
    warningGroupId: group?.id,
  };
}

/** What neither a shell nor SQL nor a program's arguments read as anything else, wherever it is pasted. */
const HARMLESS = /^[A-Za-z0-9_.:/+-]*$/;

const TYPES = new Map(
  Object.entries(SERVER_TYPES).map(([wire, server]) => [server, wire as WireType]),
);

/** Checks parameters by their types and encodes them as they travel. */
function encodeParams(
  { globalParams, description, name: workflow }: WorkflowDefinition,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const marker = readMarker(description);
  const encodes = marker !== undefined && !marker.verbatim;
  const types = new Map(globalParams.map(({ prop, type }) => [prop, type]));
  const refuse = (message: string, todo: string | undefined, cause?: unknown) =>
    new WorkflowError('RUN_INVALID', message, { where: workflow, todo, cause });
  const encode = (name: string, value: string) => {
    const serverType = types.get(name);
    if (serverType === undefined) {
      const known = [...types.keys()].join(', ');
      throw refuse(
        `it has no parameter ${name}`,
        known ? `Use one of: ${known}.` : 'It takes no parameters.',
      );
    }
    const type = TYPES.get(serverType);
    const harmless = marker?.verbatim === true && HARMLESS.test(value);
    if (type === 'string' && harmless) return value;
    if (type === undefined || (type === 'string' && !encodes)) {
      throw refuse(
        `parameter ${name} has type ${serverType}, which DolphinScheduler would paste into scripts as it is`,
        marker?.verbatim
          ? 'Give letters, digits and _ - . : / + only, or start it in DolphinScheduler.'
          : 'Start it in DolphinScheduler, or define the workflow here.',
      );
    }
    if ((type === 'date' || type === 'datetime') && isTimeExpression(value)) return value;
    try {
      return encodeWire(type, value);
    } catch (cause) {
      if (!isDolphinstageError(cause)) throw cause;
      throw refuse(`parameter ${name}: ${cause.message}`, cause.todo, cause);
    }
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, encode(name, value)]),
  );
}

import type { ControlAction, WorkflowInstance } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError, isClientError } from '../errors';
import type { Requester } from '../http/requester';
import type { Call } from '../http/transport';

const EXECUTE_TYPES: Record<ControlAction, string> = {
  STOP: 'STOP',
  PAUSE: 'PAUSE',
  REPEAT: 'REPEAT_RUNNING',
  RESUME: 'RECOVER_SUSPENDED_PROCESS',
  FROM_FAILURE: 'START_FAILURE_TASK_PROCESS',
};

/** From 3.3 on an instance can't be stopped or paused in its first moments. */
const JUST_MADE = 'SUBMITTED_SUCCESS';
const PAUSE_MS = 200;
const MOST_WAITS = 25;

const isTooEarly = (action: ControlAction, instance: WorkflowInstance | undefined) =>
  (action === 'STOP' || action === 'PAUSE') && instance?.state === JUST_MADE;

function fits(action: ControlAction, { state, final }: WorkflowInstance): boolean {
  switch (action) {
    case 'STOP':
    case 'PAUSE':
      return !final && state !== JUST_MADE;
    case 'REPEAT':
      return final;
    case 'RESUME':
      return state === 'PAUSE' || state === 'STOP';
    case 'FROM_FAILURE':
      return state === 'FAILURE';
    default:
      return true;
  }
}

/** What is done to an instance as a whole. */
export function createControl(
  http: Requester,
  { terms }: Dialect,
  get: (projectCode: number, id: number) => Promise<WorkflowInstance | undefined>,
) {
  /** The refusal of a server that doesn't say why: from 3.2 on it says of a wrong state only that it failed. */
  async function refusal(call: Call): Promise<ClientError | undefined> {
    try {
      await http.command(call);
      return undefined;
    } catch (error) {
      if (!isClientError(error, 'CLIENT_SERVER') || error.unclear) throw error;
      return error;
    }
  }

  return async (projectCode: number, id: number, action: ControlAction): Promise<void> => {
    const call: Call = {
      method: 'POST',
      path: `/projects/${projectCode}/executors/execute`,
      form: { [terms.instanceId]: id, executeType: EXECUTE_TYPES[action] },
    };
    for (let waits = 0; ; waits++) {
      const error = await refusal(call);
      if (!error) return;
      const instance = await get(projectCode, id);
      if (isTooEarly(action, instance) && waits < MOST_WAITS) {
        await http.pause(PAUSE_MS);
        continue;
      }
      if (instance && fits(action, instance)) throw error;
      throw new ClientError(
        instance ? 'CLIENT_CONFLICT' : 'CLIENT_NOT_FOUND',
        instance
          ? `${action} doesn't go with run ${id}, which is ${instance.state}`
          : `run ${id} is not there`,
        {
          endpoint: `${call.method} ${call.path}`,
          serverCode: error.serverCode,
          cause: error,
          todo: instance ? 'Read its state, then decide again.' : 'Look whether it was deleted.',
        },
      );
    }
  };
}

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

function fits(action: ControlAction, { state, final }: WorkflowInstance): boolean {
  switch (action) {
    case 'STOP':
    case 'PAUSE':
      return !final;
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
  return async (projectCode: number, id: number, action: ControlAction): Promise<void> => {
    const call: Call = {
      method: 'POST',
      path: `/projects/${projectCode}/executors/execute`,
      form: { [terms.instanceId]: id, executeType: EXECUTE_TYPES[action] },
    };
    try {
      await http.command(call);
    } catch (error) {
      // From 3.2 on the server says of a wrong state only that it failed.
      if (!isClientError(error, 'CLIENT_SERVER') || error.unclear) throw error;
      const instance = await get(projectCode, id);
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

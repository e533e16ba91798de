import type { State } from '@dolphinstage/plugin-dolphinscheduler-common';

/** DolphinScheduler's execution states, of all lines. */
const STATES: Readonly<Record<string, State>> = {
  SUBMITTED_SUCCESS: 'waiting',
  SERIAL_WAIT: 'waiting',
  WAIT_TO_RUN: 'waiting',
  DELAY_EXECUTION: 'waiting',
  WAITTING_THREAD: 'waiting',
  WAITTING_DEPEND: 'waiting',
  READY_BLOCK: 'waiting',
  DISPATCH: 'running',
  RUNNING_EXECUTION: 'running',
  FAILOVER: 'running',
  NEED_FAULT_TOLERANCE: 'running',
  READY_PAUSE: 'pausing',
  PAUSE: 'paused',
  BLOCK: 'paused',
  READY_STOP: 'stopping',
  STOP: 'stopped',
  KILL: 'stopped',
  FAILURE: 'failed',
  SUCCESS: 'succeeded',
  FORCED_SUCCESS: 'succeeded',
};

/** A server's word for a state, as people want to know it. @public */
export const stateOf = (serverState: string): State => STATES[serverState] ?? 'unknown';

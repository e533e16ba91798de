/** Which line of servers it is, and what that can. */

/** A line of servers that speak the same dialect. @public */
export type ServerLine = '3.1' | '3.2' | '3.3' | '3.4';

/**
 * What a server can do. Where it can't, callers say so to people and do it themselves or refuse: nothing
 * is dropped silently.
 *
 * @public
 */
export interface Capabilities {
  /** A task's own retry works. On 3.1 the instance hangs. */
  readonly taskRetries: boolean;
  /** A workflow's timeout ends it. Otherwise it only alerts, as on every line so far. */
  readonly timeoutKills: boolean;
  /** Resources are named by path; otherwise by id. */
  readonly resourcesByName: boolean;
  /** The tenant belongs to the definition (3.1); otherwise to the start and the schedule. */
  readonly tenantOnDefinition: boolean;
  /** Projects have parameters of their own. */
  readonly projectParameters: boolean;
  /** And these have a type; otherwise they are text. */
  readonly projectParameterTypes: boolean;
  /** A queue can be deleted. */
  readonly queueDeletion: boolean;
  /** A worker group can be changed. On 3.1 it can't keep its name. */
  readonly workerGroupUpdates: boolean;
  /** The server writes down who changed what. 3.1 has the list, but writes nothing into it. */
  readonly auditLog: boolean;
  /** The state of alert servers can be asked for. */
  readonly alertServerState: boolean;
  /** A schedule says what is done about times at which the server was down. */
  readonly missedFirePolicy: boolean;
  /** Starting answers the instance's id; otherwise the client finds the instance. */
  readonly startAnswersInstance: boolean;
  /** A task's outcome can be kept and used again instead of running it. Only 3.2 has it. */
  readonly taskCache: boolean;
  /** A backfill can be run from the last date to the first, and with dependants of every level. */
  readonly backfillOrder: boolean;
  /** The server refuses a second schedule for a workflow; otherwise the client does. */
  readonly oneSchedulePerWorkflow: boolean;
}

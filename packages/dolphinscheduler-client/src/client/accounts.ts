/** Projects, and who works in them. */
import type { Capabilities } from './server';

/** @public */
export interface Project {
  readonly id: number;
  readonly code: number;
  readonly name: string;
  readonly description: string;
  /** Empty where the server doesn't say it. */
  readonly owner: string;
}

/** A parameter that all workflows of a project have. @public */
export interface ProjectParameter {
  readonly code: number;
  readonly name: string;
  readonly value: string;
  /** Default: `VARCHAR`; another where the line has it ({@link Capabilities.projectParameterTypes}). */
  readonly type?: string;
}

/** @public */
export interface Tenant {
  readonly id: number;
  readonly tenantCode: string;
}

/** A resource manager's queue, which some task types name. @public */
export interface Queue {
  readonly id: number;
  readonly queueName: string;
  /** What the resource manager calls it. */
  readonly queue: string;
}

/** @public */
export interface User {
  readonly id: number;
  readonly userName: string;
  readonly email: string;
  readonly tenantId: number;
  readonly admin: boolean;
}

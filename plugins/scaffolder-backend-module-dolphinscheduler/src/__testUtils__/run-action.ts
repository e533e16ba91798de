import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import type { PermissionsService } from '@backstage/backend-plugin-api';
import { AuthorizeResult, type PolicyDecision } from '@backstage/plugin-permission-common';
import type { TemplateAction } from '@backstage/plugin-scaffolder-node';
import type { JsonObject, JsonValue } from '@backstage/types';
import { validate } from 'jsonschema';
import type { TaskUser } from '../git/author';

/** An action, whatever it takes. */
export interface AnyAction extends Pick<TemplateAction, 'id' | 'examples' | 'schema'> {
  handler(context: never): Promise<void>;
}

/** What a task has kept for when it is taken up again. */
export type Checkpoints = Map<string, JsonValue>;

/** How a step is run. */
export interface RunActionOptions {
  readonly input: JsonObject;
  readonly workspace?: string;
  readonly isDryRun?: boolean;
  readonly checkpoints?: Checkpoints;
  readonly signal?: AbortSignal;
  readonly each?: JsonObject;
  /** Whoever started the task. */
  readonly user?: TaskUser;
}

/** Runs a step as the scaffolder does, and gives what it puts out and what it logs. */
export async function runAction(
  action: AnyAction,
  {
    input,
    workspace = '/nowhere',
    isDryRun,
    checkpoints = new Map(),
    signal,
    each,
    user,
  }: RunActionOptions,
): Promise<{ readonly output: Record<string, JsonValue>; readonly log: string }> {
  expect(validate(input, action.schema?.input ?? {}).errors.map(String)).toEqual([]);
  const output: Record<string, JsonValue> = {};
  const log: string[] = [];
  const context = {
    logger: mockServices.logger.mock({ info: message => log.push(message) }),
    workspacePath: workspace,
    input,
    async checkpoint({ key, fn }: { key: string; fn: () => Promise<JsonValue> | JsonValue }) {
      const kept = checkpoints.get(key);
      if (kept !== undefined) return kept;
      const value = await fn();
      checkpoints.set(key, value);
      return value;
    },
    output: (name: string, value: JsonValue) => {
      output[name] = value;
    },
    createTemporaryDirectory: async () => workspace,
    getInitiatorCredentials: async () => mockCredentials.user(),
    task: { id: 'task' },
    isDryRun,
    signal,
    each,
    user,
  };
  await action.handler(context as never);
  expect(validate(output, action.schema?.output ?? {}).errors.map(String)).toEqual([]);
  return { output, log: log.join('\n') };
}

/** What was asked for. */
export interface AskedFor {
  readonly permission: string;
  readonly resourceRef?: string;
}

/** Whose workflows `CONDITIONAL` is for. */
export const MINE = 'group:default/mine';

/** A permission service with one answer to all, which remembers the questions. */
export function permissionsThat(
  result: 'ALLOW' | 'DENY' | 'CONDITIONAL',
): PermissionsService & { readonly asked: AskedFor[] } {
  const asked: AskedFor[] = [];
  const conditional: PolicyDecision = {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: 'dolphinscheduler',
    resourceType: 'dolphinscheduler-workflow',
    conditions: {
      rule: 'IS_OWNED_BY',
      resourceType: 'dolphinscheduler-workflow',
      params: { values: [MINE] },
    },
  };
  return {
    asked,
    async authorize(requests) {
      return requests.map(request => {
        asked.push({
          permission: request.permission.name,
          resourceRef: 'resourceRef' in request ? request.resourceRef : undefined,
        });
        // With a resource, the conditions have been applied: to ours, which holds them.
        return { result: result === 'DENY' ? AuthorizeResult.DENY : AuthorizeResult.ALLOW };
      });
    },
    async authorizeConditional(requests) {
      return requests.map(({ permission }): PolicyDecision => {
        asked.push({ permission: permission.name });
        return result === 'CONDITIONAL' ? conditional : { result: AuthorizeResult[result] };
      });
    },
  };
}

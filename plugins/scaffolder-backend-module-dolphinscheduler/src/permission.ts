import type { BackstageCredentials, PermissionsService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  permissions as workflowPermissions,
  workflowKey,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';

/** What actions ask for. */
export type ActionVerb = 'write' | 'run';

const WORDS: Readonly<Record<ActionVerb, string>> = { write: 'change', run: 'start' };

/** A workflow, and what to call it where it is refused. */
export interface Asked extends WorkflowRef {
  readonly name: string;
}

/** What the person who started a task may do. */
export class Guard {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly credentials: BackstageCredentials,
  ) {}

  /** @throws NotAllowedError that names those workflows that are refused. */
  async assertMay(verb: ActionVerb, workflows: readonly Asked[]): Promise<void> {
    if (workflows.length === 0) return;
    const permission = workflowPermissions[verb];
    const decisions = await this.permissions.authorize(
      workflows.map(workflow => ({ permission, resourceRef: workflowKey(workflow) })),
      { credentials: this.credentials },
    );
    const refused = workflows.filter((_, at) => decisions[at]?.result !== AuthorizeResult.ALLOW);
    if (refused.length === 0) return;
    const names = refused.map(({ instance, project, name }) => `${instance}: ${project}/${name}`);
    throw new NotAllowedError(
      `you may not ${WORDS[verb]} ${names.join(', ')}: ask for the permission ${permission.name}`,
    );
  }

  /**
   * For workflows that aren't there yet: rules ask about a workflow, and there is none, so that only who may write
   * without conditions may make one.
   *
   * @throws NotAllowedError
   */
  async assertMayCreate(instance: string): Promise<void> {
    const permission = workflowPermissions.write;
    const [decision] = await this.permissions.authorizeConditional([{ permission }], {
      credentials: this.credentials,
    });
    if (decision?.result === AuthorizeResult.ALLOW) return;
    const why =
      decision?.result === AuthorizeResult.CONDITIONAL
        ? `the permission ${permission.name} is yours for some workflows only`
        : `ask for the permission ${permission.name}`;
    throw new NotAllowedError(`you may not make workflows in ${instance}: ${why}`);
  }
}

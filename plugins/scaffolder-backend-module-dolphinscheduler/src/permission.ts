import type { BackstageCredentials, PermissionsService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  permissions as workflowPermissions,
  workflowKey,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { decideForWorkflow, type WorkflowFacts } from '@dolphinstage/plugin-dolphinscheduler-node';

/** What actions ask for. */
export type ActionVerb = 'read' | 'write' | 'run';

const WORDS: Readonly<Record<ActionVerb, string>> = {
  read: 'see',
  write: 'change',
  run: 'start',
};

/** What to call a workflow where it is refused. */
interface Named {
  readonly instance: string;
  readonly project: string;
  readonly name: string;
}

/** A workflow that is there. */
export type Asked = WorkflowRef & Named;

/** A workflow as the code wants it. */
export type Wanted = WorkflowFacts & Named;

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
    refuse(
      verb,
      workflows.filter((_, at) => decisions[at]?.result !== AuthorizeResult.ALLOW),
    );
  }

  /**
   * Holds a policy's conditions against what the code says. With it a team can make what will be theirs, and give
   * nothing of theirs the tenant of another team, or a place in its project.
   *
   * @throws NotAllowedError that names those workflows that are refused.
   */
  async assertMayWriteAs(workflows: readonly Wanted[]): Promise<void> {
    const [decision] = await this.permissions.authorizeConditional(
      [{ permission: workflowPermissions.write }],
      { credentials: this.credentials },
    );
    refuse(
      'write',
      workflows.filter(workflow => !decision || !decideForWorkflow(decision, workflow)),
      ' as the code has it, with its owner, project and tenant',
    );
  }
}

function refuse(verb: ActionVerb, refused: readonly Named[], how = ''): void {
  if (refused.length === 0) return;
  const names = refused.map(({ instance, project, name }) => `${instance}: ${project}/${name}`);
  throw new NotAllowedError(
    `you may not ${WORDS[verb]} ${names.join(', ')}${how}: ask for the permission ${workflowPermissions[verb].name}`,
  );
}

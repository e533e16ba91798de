import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import {
  dolphinschedulerPermissions,
  permissions,
  readWorkflowKey,
  type Verb,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type {
  DolphinSchedulerService,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { workflowResourceRef, type WorkflowFilter } from './resource';
import { rules } from './rules';

const VERBS = Object.keys(permissions) as Verb[];

/** Who may do what to which workflow. */
export class Access {
  readonly #decide: (
    decision: Parameters<ReturnType<typeof createConditionAuthorizer<WorkflowRow>>>[0],
    workflow: WorkflowRow,
  ) => boolean;

  constructor(
    private readonly permissions: PermissionsService,
    registry: PermissionsRegistryService,
    { instance }: DolphinSchedulerService,
  ) {
    registry.addResourceType({
      resourceRef: workflowResourceRef,
      permissions: dolphinschedulerPermissions,
      rules: Object.values(rules),
      getResources: keys =>
        Promise.all(
          keys.map(async key => {
            const ref = readWorkflowKey(key);
            return ref && instance(ref.instance).workflow(ref.project, ref.code);
          }),
        ),
    });
    this.#decide = createConditionAuthorizer(registry.getPermissionRuleset(workflowResourceRef));
  }

  /** Tells of each workflow whether the caller may do this to it. */
  async filter(credentials: BackstageCredentials, verb: Verb): Promise<WorkflowFilter> {
    const [decision] = await this.permissions.authorizeConditional(
      [{ permission: permissions[verb] }],
      { credentials },
    );
    return workflow => decision !== undefined && this.#decide(decision, workflow);
  }

  /** All that the caller may do to a workflow. */
  async allowed(credentials: BackstageCredentials, workflow: WorkflowRow): Promise<Verb[]> {
    const decisions = await this.permissions.authorizeConditional(
      VERBS.map(verb => ({ permission: permissions[verb] })),
      { credentials },
    );
    return VERBS.filter((_verb, at) => {
      const decision = decisions[at];
      return decision !== undefined && this.#decide(decision, workflow);
    });
  }

  /** @throws NotAllowedError, which says nothing of the workflow to somebody who may not see it. */
  async assert(
    credentials: BackstageCredentials,
    verb: Verb,
    workflow: WorkflowRow,
  ): Promise<void> {
    if ((await this.filter(credentials, verb))(workflow)) return;
    throw new NotAllowedError(
      `you may not do this: it takes the permission ${permissions[verb].name} on this workflow. Its owner or a platform engineer can`,
    );
  }
}

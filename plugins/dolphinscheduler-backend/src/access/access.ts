import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  dolphinschedulerPermissions,
  permissions,
  readWorkflowKey,
  type Verb,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  decideForWorkflow,
  dolphinschedulerRules,
  workflowResourceRef,
  type DolphinSchedulerService,
  type WorkflowFilter,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import type { Place } from '../service/definition';

const VERBS = Object.keys(permissions) as Verb[];

/** Who may do what to which workflow. */
export class Access {
  constructor(
    private readonly decisions: PermissionsService,
    registry: PermissionsRegistryService,
    private readonly service: DolphinSchedulerService,
  ) {
    registry.addResourceType({
      resourceRef: workflowResourceRef,
      permissions: dolphinschedulerPermissions,
      rules: Object.values(dolphinschedulerRules),
      getResources: keys => Promise.all(keys.map(key => findRow(service, key))),
    });
  }

  /** Tells of each workflow whether the caller may do this to it. */
  async filter(credentials: BackstageCredentials, verb: Verb): Promise<WorkflowFilter> {
    const [decision] = await this.decisions.authorizeConditional(
      [{ permission: permissions[verb] }],
      { credentials },
    );
    return workflow => decision !== undefined && decideForWorkflow(decision, workflow);
  }

  /**
   * A workflow to which the caller may do this. Who may not read it isn't told what else may be done.
   *
   * @throws NotAllowedError; NotFoundError.
   */
  async look(
    credentials: BackstageCredentials,
    { instance: name, project, code }: WorkflowRef,
    verb: Verb = 'read',
  ): Promise<Place> {
    const instance = this.service.instance(name);
    const row = await instance.workflow(project, code);
    await this.assert(credentials, 'read', row);
    if (verb !== 'read') await this.assert(credentials, verb, row);
    return { instance, row };
  }

  /** All that the caller may do to a workflow. */
  async allowed(credentials: BackstageCredentials, workflow: WorkflowRow): Promise<Verb[]> {
    const decisions = await this.decisions.authorizeConditional(
      VERBS.map(verb => ({ permission: permissions[verb] })),
      { credentials },
    );
    return VERBS.filter((_verb, at) => {
      const decision = decisions[at];
      return decision !== undefined && decideForWorkflow(decision, workflow);
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

/** Undefined for one that has gone, which the index of a search may still have: one such fails no others. */
async function findRow(
  { instances }: DolphinSchedulerService,
  key: string,
): Promise<WorkflowRow | undefined> {
  const ref = readKey(key);
  const rows = await instances
    .find(({ name }) => name === ref?.instance)
    ?.workflows()
    .catch(() => undefined);
  return rows?.find(({ project, code }) => project === ref?.project && code === ref?.code);
}

function readKey(key: string): WorkflowRef | undefined {
  try {
    return readWorkflowKey(key);
  } catch {
    // It isn't encoded as keys are.
    return undefined;
  }
}

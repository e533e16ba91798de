import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { modelPermissions, permissions, type Verb } from '@dolphinstage/plugin-models-common';
import { modelResourceRef, type ModelFacts, type ModelFilter } from './resource';
import { decideForModel, modelRules } from './rules';

const VERBS = Object.keys(permissions) as Verb[];

/** Who may do what to which model. */
export class Access {
  constructor(
    private readonly decisions: PermissionsService,
    registry: PermissionsRegistryService,
    private readonly factsOf: (model: string) => Promise<ModelFacts>,
  ) {
    registry.addResourceType({
      resourceRef: modelResourceRef,
      permissions: modelPermissions,
      rules: Object.values(modelRules),
      getResources: names => Promise.all(names.map(name => factsOf(name))),
    });
  }

  /** Tells of each model whether the caller may do this to it. */
  async filter(credentials: BackstageCredentials, verb: Verb): Promise<ModelFilter> {
    const [decision] = await this.decisions.authorizeConditional(
      [{ permission: permissions[verb] }],
      { credentials },
    );
    return facts => decision !== undefined && decideForModel(decision, facts);
  }

  /**
   * What the caller may do to a model. Who may not read it isn't told whether it is there.
   *
   * @throws NotAllowedError
   */
  async look(
    credentials: BackstageCredentials,
    model: string,
    verb: Verb = 'read',
  ): Promise<readonly Verb[]> {
    const facts = await this.factsOf(model);
    const decisions = await this.decisions.authorizeConditional(
      VERBS.map(each => ({ permission: permissions[each] })),
      { credentials },
    );
    const allowed = VERBS.filter((_verb, at) => {
      const decision = decisions[at];
      return decision !== undefined && decideForModel(decision, facts);
    });
    for (const needed of new Set<Verb>(['read', verb])) {
      if (allowed.includes(needed)) continue;
      throw new NotAllowedError(
        `you may not do this: it takes the permission ${permissions[needed].name} on this model. Its owner or a platform engineer can`,
      );
    }
    return allowed;
  }
}

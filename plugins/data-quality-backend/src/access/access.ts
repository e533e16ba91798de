import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  dataQualityPermissions,
  permissions,
  type Verb,
} from '@dolphinstage/plugin-data-quality-common';
import type { KnownDataset, Owners } from '../service/owners';
import { datasetResourceRef, type DatasetFacts, type DatasetFilter } from './resource';
import { dataQualityRules, decideForDataset } from './rules';

const VERBS = Object.keys(permissions) as Verb[];

/** Who may do what to which data set. */
export class Access {
  constructor(
    private readonly decisions: PermissionsService,
    registry: PermissionsRegistryService,
    private readonly owners: Pick<Owners, 'factsOf'>,
  ) {
    registry.addResourceType({
      resourceRef: datasetResourceRef,
      permissions: dataQualityPermissions,
      rules: Object.values(dataQualityRules),
      getResources: names => Promise.all(names.map(name => owners.factsOf(name))),
    });
  }

  /** Tells of each data set whether the caller may do this to it. */
  async filter(credentials: BackstageCredentials, verb: Verb): Promise<DatasetFilter> {
    const [decision] = await this.decisions.authorizeConditional(
      [{ permission: permissions[verb] }],
      { credentials },
    );
    return facts => decision !== undefined && decideForDataset(decision, facts);
  }

  /**
   * What is known of a data set to which the caller may do this. Who may not read it isn't told whether it is there.
   *
   * @throws NotAllowedError
   */
  async look(
    credentials: BackstageCredentials,
    dataset: string,
    verb: Verb = 'read',
  ): Promise<KnownDataset & { readonly allowed: readonly Verb[] }> {
    const facts = await this.owners.factsOf(dataset);
    const allowed = await this.allowed(credentials, facts);
    for (const needed of new Set<Verb>(['read', verb])) {
      if (allowed.includes(needed)) continue;
      throw new NotAllowedError(
        `you may not do this: it takes the permission ${permissions[needed].name} on this data set. Its owner or a platform engineer can`,
      );
    }
    return { ...facts, allowed };
  }

  private async allowed(credentials: BackstageCredentials, facts: DatasetFacts): Promise<Verb[]> {
    const decisions = await this.decisions.authorizeConditional(
      VERBS.map(verb => ({ permission: permissions[verb] })),
      { credentials },
    );
    return VERBS.filter((_verb, at) => {
      const decision = decisions[at];
      return decision !== undefined && decideForDataset(decision, facts);
    });
  }
}

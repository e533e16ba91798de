import type { AuthService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATIONS, WORKFLOW_COMPONENT_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';

/** Refs of an instance's workflows and their resources in the catalog. */
export async function knownEntities(
  { catalog, auth }: { readonly catalog: CatalogService; readonly auth: AuthService },
  instance: string,
): Promise<ReadonlySet<string>> {
  const credentials = await auth.getOwnServiceCredentials();
  const { items } = await catalog.getEntities(
    {
      filter: {
        kind: 'Component',
        'spec.type': WORKFLOW_COMPONENT_TYPE,
        [`metadata.annotations.${ANNOTATIONS.instance}`]: instance,
      },
      fields: ['kind', 'metadata.namespace', 'metadata.name'],
    },
    { credentials },
  );
  return new Set(items.map(entity => stringifyEntityRef(entity)));
}

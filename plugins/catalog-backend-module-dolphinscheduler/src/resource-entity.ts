import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  type ResourceEntity,
} from '@backstage/catalog-model';
import {
  ANNOTATIONS,
  CONNECTION_RESOURCE_TYPE,
  DATASOURCE_RESOURCE_TYPE,
  resourceEntityName,
  resourceEntityRef,
  type NamedResource,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { ownerOf, type ShownRow } from './entity';
import type { EntitySettings } from './settings';

const TYPES = {
  connection: {
    type: CONNECTION_RESOURCE_TYPE,
    description: 'A connection that tasks name; what it leads to is known on the workers only.',
  },
  datasource: {
    type: DATASOURCE_RESOURCE_TYPE,
    description: 'A data source of DolphinScheduler.',
  },
} as const;

/**
 * What workflows use by name, as an entity. Nothing but the name is in it.
 *
 * @param owner - an entity ref.
 */
export function resourceEntity(resource: NamedResource, owner: string): ResourceEntity {
  const { instance, kind, name } = resource;
  const location = `dolphinscheduler:${[instance, kind, name].map(encodeURIComponent).join('/')}`;
  const { type, description } = TYPES[kind];
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: resourceEntityName(resource),
      namespace: 'default',
      title: name,
      description,
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATIONS.instance]: instance,
      },
      tags: ['dolphinscheduler'],
    },
    spec: { type, owner },
  };
}

/** What an instance's workflows use by name. Its owner is theirs where they have one in common. */
export class UsedResources {
  readonly #settings: EntitySettings;
  readonly #used = new Map<string, { readonly resource: NamedResource; owner: string }>();

  constructor(settings: EntitySettings) {
    this.#settings = settings;
  }

  /** Notes down what a workflow uses. */
  add(row: ShownRow): void {
    const { instance, data } = row;
    const owner = ownerOf(row, this.#settings);
    for (const name of data.connections) this.#add({ instance, kind: 'connection', name }, owner);
    for (const name of data.datasourceNames) {
      this.#add({ instance, kind: 'datasource', name }, owner);
    }
  }

  entities(): ResourceEntity[] {
    return [...this.#used.values()].map(({ resource, owner }) => resourceEntity(resource, owner));
  }

  #add(resource: NamedResource, owner: string): void {
    const ref = resourceEntityRef(resource);
    const known = this.#used.get(ref);
    if (!known) this.#used.set(ref, { resource, owner });
    else if (known.owner !== owner) known.owner = this.#settings.defaultOwner;
  }
}

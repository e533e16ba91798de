import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import { DATASET_RESOURCE } from '@dolphinstage/plugin-data-quality-common';

/** What rules know of a data set. @public */
export interface DatasetFacts {
  readonly dataset: string;
  /** The owner of its catalog entity; undefined where it has none, or several that disagree. */
  readonly owner?: string;
}

/** Tells of a data set whether it fits. @public */
export type DatasetFilter = (dataset: DatasetFacts) => boolean;

/** What permissions are asked about. @public */
export const datasetResourceRef = createPermissionResourceRef<DatasetFacts, DatasetFilter>().with({
  pluginId: 'data-quality',
  resourceType: DATASET_RESOURCE,
});

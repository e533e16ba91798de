import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import { MODEL_RESOURCE } from '@dolphinstage/plugin-models-common';

/** What rules know of a model. @public */
export interface ModelFacts {
  readonly model: string;
  /** A whole entity ref, as the model's plan names it; undefined of a model that nobody knows. */
  readonly owner?: string;
}

/** Tells of a model whether it fits. @public */
export type ModelFilter = (model: ModelFacts) => boolean;

/** What permissions are asked about. @public */
export const modelResourceRef = createPermissionResourceRef<ModelFacts, ModelFilter>().with({
  pluginId: 'models',
  resourceType: MODEL_RESOURCE,
});

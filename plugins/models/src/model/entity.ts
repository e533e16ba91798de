import type { Entity } from '@backstage/catalog-model';
import { modelOf } from '@dolphinstage/plugin-models-common';

/**
 * For `EntitySwitch`: is the entity one of a model?
 *
 * @public
 */
export function isModelAvailable(entity: Entity): boolean {
  return modelOf(entity) !== undefined;
}

import type { Entity } from '@backstage/catalog-model';
import { datasetOf } from '@dolphinstage/plugin-data-quality-common';

/**
 * For `EntitySwitch`: is the entity one of a data set?
 *
 * @public
 */
export function isDataQualityAvailable(entity: Entity): boolean {
  return datasetOf(entity) !== undefined;
}

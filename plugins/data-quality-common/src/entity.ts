import type { Entity } from '@backstage/catalog-model';

/** `spec.type` of the Resource of a data set. @public */
export const DATASET_ENTITY_TYPE = 'dataset';

/** What contracts of streams call the data set, where that isn't the entity's name. @public */
export const DATASET_ANNOTATION = 'dataquality.dolphinstage.io/dataset';

/** The data set that an entity stands for; undefined for any other entity. @public */
export function datasetOf({ kind, metadata, spec }: Entity): string | undefined {
  if (kind.toLowerCase() !== 'resource' || spec?.type !== DATASET_ENTITY_TYPE) return undefined;
  return metadata.annotations?.[DATASET_ANNOTATION] || metadata.name;
}

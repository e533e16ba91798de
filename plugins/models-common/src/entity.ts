import type { Entity } from '@backstage/catalog-model';

/** `spec.type` of the Resource of a model. @public */
export const MODEL_ENTITY_TYPE = 'ml-model';

/** What the retraining calls the model, where that isn't the entity's name. @public */
export const MODEL_ANNOTATION = 'models.dolphinstage.io/model';

/** The model that an entity stands for; undefined for any other entity. @public */
export function modelOf({ kind, metadata, spec }: Entity): string | undefined {
  if (kind.toLowerCase() !== 'resource' || spec?.type !== MODEL_ENTITY_TYPE) return undefined;
  return metadata.annotations?.[MODEL_ANNOTATION] || metadata.name;
}

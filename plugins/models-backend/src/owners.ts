import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { ModelSummary } from '@dolphinstage/tasks-model-retraining/models';
import type { ModelFacts } from './access/resource';

/** Whose a model is: its plan says so. */
export function factsOf({ name, owner }: Pick<ModelSummary, 'name' | 'owner'>): ModelFacts {
  try {
    return {
      model: name,
      owner: stringifyEntityRef(parseEntityRef(owner, { defaultKind: 'group' })),
    };
  } catch {
    return { model: name };
  }
}

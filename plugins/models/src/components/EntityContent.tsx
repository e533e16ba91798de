import { useEntity } from '@backstage/plugin-catalog-react';
import { Container, Text } from '@backstage/ui';
import { modelOf } from '@dolphinstage/plugin-models-common';
import { ModelView } from './ModelView';

/** How an entity's model is, as a tab of its page. */
export function EntityContent() {
  const { entity } = useEntity();
  const model = modelOf(entity);
  return (
    <Container>
      {model === undefined ? (
        <Text>Only Resources of type ml-model have versions.</Text>
      ) : (
        <ModelView key={model} model={model} />
      )}
    </Container>
  );
}

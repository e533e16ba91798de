import { useEntity } from '@backstage/plugin-catalog-react';
import { Container, Text } from '@backstage/ui';
import { datasetOf } from '@dolphinstage/plugin-data-quality-common';
import { QualityView } from './QualityView';

/** How good an entity's data set is, as a tab of its page. */
export function EntityContent() {
  const { entity } = useEntity();
  const dataset = datasetOf(entity);
  return (
    <Container>
      {dataset === undefined ? (
        <Text>Only Resources of type dataset have a quality.</Text>
      ) : (
        <QualityView key={dataset} dataset={dataset} />
      )}
    </Container>
  );
}

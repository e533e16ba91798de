import { Container } from '@backstage/ui';
import { MissingAnnotationEmptyState, useEntity } from '@backstage/plugin-catalog-react';
import { ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
import { workflowOf } from '../model/entity';
import { WorkflowView } from './WorkflowView';

/** The workflow of an entity, as a tab of its page. */
export function EntityContent() {
  const { entity } = useEntity();
  const workflow = workflowOf(entity);
  return workflow ? (
    <Container>
      <WorkflowView workflow={workflow} />
    </Container>
  ) : (
    <MissingAnnotationEmptyState annotation={Object.values(ANNOTATIONS)} />
  );
}

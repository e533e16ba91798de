import { Flex } from '@backstage/ui';
import { useLinks } from '../hooks/useLinks';
import { useWorkflowParams } from '../hooks/useWorkflowParams';
import { Crumbs } from './Crumbs';
import { NoSuchPage } from './NoSuchPage';
import { WorkflowView } from './WorkflowView';

/** The page of one workflow. */
export function WorkflowPage() {
  const workflow = useWorkflowParams();
  const links = useLinks();
  if (!workflow) {
    return <NoSuchPage />;
  }
  return (
    <Flex direction="column" gap="3">
      <Crumbs
        crumbs={[
          { label: 'Workflows', href: links.list() },
          { label: workflow.project, href: links.list({ project: workflow.project }) },
        ]}
      />
      <WorkflowView workflow={workflow} />
    </Flex>
  );
}

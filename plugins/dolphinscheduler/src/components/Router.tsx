import { Container } from '@backstage/ui';
import { Route, Routes } from 'react-router-dom';
import { RunPage } from './RunPage';
import { WorkflowPage } from './WorkflowPage';
import { WorkflowsPage } from './WorkflowsPage';

/** The plugin's pages without the app's header, which the new frontend system draws. */
export function Router() {
  return (
    <Container>
      <Routes>
        <Route path="/" element={<WorkflowsPage />} />
        <Route path="/:instance/:project/:code" element={<WorkflowPage />} />
        <Route path="/:instance/:project/:code/runs/:run" element={<RunPage />} />
      </Routes>
    </Container>
  );
}

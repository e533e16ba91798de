import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import { renderWith } from '../__testUtils__/render';
import { sampleDetail, sampleRun, sampleRunDetail } from '../__testUtils__/samples';
import { RunPage } from './RunPage';
import { WorkflowView } from './WorkflowView';

const AWAY = { problem: 'DolphinScheduler does not answer', readAt: '2026-11-27T02:10:00Z' };
const REF = { instance: 'main', project: 'warehouse', code: 101 };

const api = (read: object) => ({
  workflow: async () => sampleDetail(read),
  runs: async () => ({ items: [sampleRun()], ...read }),
  run: async () => sampleRunDetail(read),
  log: async () => ({ lines: [], next: 0, ended: true }),
});

const runPage = (
  <Routes>
    <Route path="/:instance/:project/:code/runs/:run" element={<RunPage />} />
  </Routes>
);

describe('while DolphinScheduler is away', () => {
  const title = "main can't be reached: DolphinScheduler does not answer";
  const when = new RegExp(
    `as it was at ${new Date(AWAY.readAt).toLocaleString().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
  );

  it.each([
    ['a workflow', <WorkflowView key="w" workflow={REF} />, '/', 'Load flights'],
    ['its runs', <WorkflowView key="r" workflow={REF} />, '/?tab=runs', 'Load flights'],
    ['a run', runPage, '/main/warehouse/101/runs/7', 'Run 7 of Load flights'],
  ] as const)('%s is shown as it was, with its time', async (_what, element, at, heading) => {
    await renderWith(api(AWAY), element, at);
    expect((await screen.findAllByText(title)).length).toBeGreaterThan(0);
    expect(screen.getAllByText(when).length).toBeGreaterThan(0);
    expect(screen.getByRole('heading', { name: heading })).toBeInTheDocument();
  });

  it('nothing is said while it answers', async () => {
    await renderWith(api({ readAt: AWAY.readAt }), runPage, '/main/warehouse/101/runs/7');
    await screen.findByRole('heading', { name: 'Run 7 of Load flights' });
    expect(screen.queryByText(title)).not.toBeInTheDocument();
  });
});

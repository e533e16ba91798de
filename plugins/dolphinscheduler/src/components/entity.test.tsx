import type { Entity } from '@backstage/catalog-model';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import type { WorkflowQuery } from '@dolphinstage/plugin-dolphinscheduler-common';
import { isDolphinSchedulerAvailable, workflowOf } from '../model/entity';
import { renderWith } from '../__testUtils__/render';
import { sampleDetail, sampleList, sampleRun, sampleWorkflow } from '../__testUtils__/samples';
import { EntityCard } from './EntityCard';
import { EntityContent } from './EntityContent';
import { HomeWidget } from './HomeWidget';

const ENTITY: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'load-flights',
    annotations: {
      'dolphinscheduler.dolphinstage.io/instance': 'main',
      'dolphinscheduler.dolphinstage.io/project': 'ware house',
      'dolphinscheduler.dolphinstage.io/code': '101',
    },
  },
  spec: { type: 'dolphinscheduler-workflow' },
};

const OTHER: Entity = { ...ENTITY, metadata: { name: 'other' }, spec: { type: 'service' } };

const api = {
  workflow: async (ref: object) => {
    expect(ref).toEqual({ instance: 'main', project: 'ware house', code: 101 });
    return sampleDetail({ project: 'ware house', lastRun: sampleRun({ state: 'failed' }) });
  },
  runs: async () => ({ items: [] }),
  run: async () => {
    throw new Error('gone');
  },
};

describe("a workflow's entity", () => {
  it('is known by its annotations', () => {
    expect(workflowOf(ENTITY)).toEqual({ instance: 'main', project: 'ware house', code: 101 });
    expect(isDolphinSchedulerAvailable(ENTITY)).toBe(true);
    expect(isDolphinSchedulerAvailable(OTHER)).toBe(false);
    const annotations = {
      ...ENTITY.metadata.annotations,
      'dolphinscheduler.dolphinstage.io/code': 'x',
    };
    expect(workflowOf({ ...ENTITY, metadata: { name: 'x', annotations } })).toBeUndefined();
  });

  it('has a card', async () => {
    await renderWith(
      api,
      <EntityProvider entity={ENTITY}>
        <EntityCard />
      </EntityProvider>,
    );
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Graph, runs and logs' })).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/ware%20house/101',
    );
  });

  it('has a tab', async () => {
    await renderWith(
      api,
      <EntityProvider entity={ENTITY}>
        <EntityContent />
      </EntityProvider>,
    );
    expect(
      await screen.findByRole('heading', { level: 2, name: 'Load flights' }),
    ).toBeInTheDocument();
    // The graph is there even where the states aren't.
    expect(await screen.findByRole('button', { name: 'clean SQL' })).toBeInTheDocument();
    expect(await screen.findByRole('alert')).toHaveTextContent("The states can't be read");
  });

  it('says which annotations are missing', async () => {
    await renderWith(
      {},
      <EntityProvider entity={OTHER}>
        <EntityContent />
      </EntityProvider>,
    );
    expect(screen.getByText('Missing Annotation')).toBeInTheDocument();
  });
});

describe('the home widget', () => {
  it('shows what failed and what is late', async () => {
    await renderWith(
      {
        workflows: async ({ state }: WorkflowQuery = {}) =>
          state === 'failed'
            ? sampleList([sampleWorkflow({ lastRun: sampleRun({ id: 5, state: 'failed' }) })], {
                total: 12,
              })
            : sampleList([sampleWorkflow({ code: 102, name: 'Sleepy', lastRun: undefined })]),
      },
      <HomeWidget />,
    );
    expect(await screen.findByRole('link', { name: 'Load flights' })).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/warehouse/101/runs/5',
    );
    expect(screen.getByRole('link', { name: 'Sleepy' })).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/warehouse/102',
    );
    expect(screen.getByRole('link', { name: 'All 12' })).toHaveAttribute(
      'href',
      '/dolphinscheduler?state=failed',
    );
  });

  it('says so when all is well', async () => {
    await renderWith({ workflows: async () => sampleList([]) }, <HomeWidget />);
    expect(await screen.findByText('Nothing has failed, and nothing is late.')).toBeInTheDocument();
  });
});

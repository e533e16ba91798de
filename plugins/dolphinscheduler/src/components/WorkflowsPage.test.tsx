import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ResponseError } from '@backstage/errors';
import type { WorkflowQuery } from '@dolphinstage/plugin-dolphinscheduler-common';
import { useLocation } from 'react-router-dom';
import { renderWith } from '../__testUtils__/render';
import { sampleList, sampleRun, sampleWorkflow } from '../__testUtils__/samples';
import { WorkflowsPage } from './WorkflowsPage';

const ALL = [
  sampleWorkflow(),
  sampleWorkflow({
    code: 102,
    project: 'hr & <b>pay</b>',
    name: '<img src=x onerror=alert(1)>',
    id: 'payroll',
    owner: 'group:default/hr',
    tenant: 'hr',
    lastRun: sampleRun({ id: 9, state: 'failed' }),
    drifted: true,
  }),
  sampleWorkflow({ code: 103, id: 'idle', name: 'Idle', lastRun: undefined, schedule: undefined }),
];

/** A backend that answers as the real one does to a project and a state. */
function backend() {
  const asked: WorkflowQuery[] = [];
  return {
    asked,
    workflows: async (query: WorkflowQuery = {}) => {
      asked.push(query);
      const items = ALL.filter(
        item =>
          (!query.project || item.project === query.project) &&
          (!query.state || (item.lastRun?.state ?? 'never-run') === query.state) &&
          (!query.search || item.name.includes(query.search)),
      );
      return { ...sampleList(ALL), items, total: items.length };
    },
  };
}

function Address() {
  return <output data-testid="address">{useLocation().search}</output>;
}

const page = (
  <>
    <WorkflowsPage />
    <Address />
  </>
);

async function choose(filter: string, option: string) {
  await userEvent.click(screen.getByRole('button', { name: new RegExp(`${filter}$`) }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('all workflows', () => {
  it('shows each with its state in words, its schedule and a link, names as text', async () => {
    await renderWith(backend(), page);
    const row = (await screen.findByText('Load flights')).closest('tr')!;
    expect(within(row).getByText('Succeeded')).toBeInTheDocument();
    expect(within(row).getByText('0 0 3 * * ? *')).toBeInTheDocument();
    expect(within(row).getByText('data-team')).toBeInTheDocument();
    expect(screen.getByText('Load flights')).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/warehouse/101',
    );

    const odd = screen.getByText('<img src=x onerror=alert(1)>');
    expect(odd).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/hr%20%26%20%3Cb%3Epay%3C%2Fb%3E/102',
    );
    const oddRow = odd.closest('tr')!;
    expect(within(oddRow).getByText('Failed')).toBeInTheDocument();
    expect(within(oddRow).getByText('Drifted')).toBeInTheDocument();
    expect(within(screen.getByText('Idle').closest('tr')!).getByText('Never run')).toBeVisible();
  });

  it('asks the backend for what is filtered by, and keeps that in the address', async () => {
    const api = backend();
    await renderWith(api, page);
    await screen.findByText('Load flights');

    await choose('State', 'Failed');
    await waitFor(() => expect(screen.queryByText('Load flights')).not.toBeInTheDocument());
    expect(api.asked.at(-1)).toMatchObject({ state: 'failed', offset: 0, limit: 50 });
    expect(screen.getByTestId('address')).toHaveTextContent('?state=failed');
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
  });

  it('searches once the typing rests', async () => {
    const api = backend();
    await renderWith(api, page);
    await screen.findByText('Load flights');
    await userEvent.type(screen.getByRole('searchbox'), 'Idle');
    await waitFor(() => expect(screen.queryByText('Load flights')).not.toBeInTheDocument());
    expect(screen.getByText('Idle')).toBeInTheDocument();
    expect(api.asked.map(query => query.search)).toEqual([undefined, 'Idle']);
    expect(screen.getByTestId('address')).toHaveTextContent('?search=Idle');
  });

  it('takes filters, order and page from the address', async () => {
    const api = backend();
    await renderWith(
      api,
      page,
      '/?owner=group:default/hr&drifted=true&sort=lastRun&order=desc&offset=50&limit=25&state=nonsense',
    );
    await screen.findByText('Load flights');
    expect(api.asked[0]).toEqual({
      owner: 'group:default/hr',
      drifted: true,
      sort: 'lastRun',
      order: 'desc',
      offset: 50,
      limit: 25,
    });
  });

  it('tells screen readers which page of how many it is, and offers the size that the address has', async () => {
    await renderWith(
      { workflows: async () => ({ ...sampleList(ALL), total: 53 }) },
      page,
      '/?offset=40&limit=10',
    );
    await screen.findByText('Load flights');
    expect(screen.getByText('53 workflows, 41 to 43 shown')).toHaveAttribute('role', 'status');
    expect(screen.getByRole('button', { name: /Show 10 results/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Previous table page' }));
    expect(screen.getByTestId('address')).toHaveTextContent('offset=30');
  });

  it('offers to clear the filters where nothing fits', async () => {
    await renderWith(backend(), page, '/?project=none');
    await screen.findByText('No workflow fits these filters');
    await userEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
    expect(await screen.findByText('Load flights')).toBeInTheDocument();
  });

  it('says what went wrong and tries again', async () => {
    const api = backend();
    let broken = true;
    const workflows = async (query?: WorkflowQuery) => {
      if (broken) {
        throw await ResponseError.fromResponse(
          new Response(
            JSON.stringify({
              error: { name: 'ServiceUnavailableError', message: 'main: connection refused' },
            }),
            { status: 503, headers: { 'Content-Type': 'application/json' } },
          ),
        );
      }
      return api.workflows(query);
    };
    await renderWith({ workflows }, page);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent("The workflows can't be read");
    expect(alert).toHaveTextContent('main: connection refused');
    expect(alert).toHaveTextContent('this page tries again by itself');
    broken = false;
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Load flights')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('says which instance cannot be reached, and since when its data is', async () => {
    await renderWith(
      {
        workflows: async () =>
          sampleList(ALL, {
            instances: [
              {
                name: 'main',
                reachable: false,
                problem: 'it refuses the token',
                readAt: '2026-11-27T02:00:00Z',
              },
            ],
          }),
      },
      page,
    );
    expect(
      await screen.findByText("main can't be reached: it refuses the token"),
    ).toBeInTheDocument();
    expect(screen.getByText('Load flights')).toBeInTheDocument();
  });
});

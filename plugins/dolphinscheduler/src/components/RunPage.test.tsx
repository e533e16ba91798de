import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { RunDetail, Verb } from '@dolphinstage/plugin-dolphinscheduler-common';
import { Route, Routes } from 'react-router-dom';
import { renderWith, type PartialApi } from '../__testUtils__/render';
import { sampleDetail, sampleRunDetail, sampleTask } from '../__testUtils__/samples';
import { RunPage } from './RunPage';

async function show(run: RunDetail, api: PartialApi = {}, allowed?: readonly Verb[], search = '') {
  const logs: number[] = [];
  await renderWith(
    {
      run: async ref => {
        expect(ref).toEqual({ instance: 'main', project: 'ware house', code: 101, run: run.id });
        return run;
      },
      workflow: async () => sampleDetail(allowed && { allowed }),
      log: async (_, task) => {
        logs.push(task);
        return { lines: [`log of ${task}`], next: 1, ended: true };
      },
      ...api,
    },
    <Routes>
      <Route path="/:instance/:project/:code/runs/:run" element={<RunPage />} />
    </Routes>,
    `/main/ware%20house/101/runs/${run.id}${search}`,
  );
  await screen.findByRole('heading', { name: /^Run \d+ of Load flights$/ });
  return { logs };
}

const FAILED = sampleRunDetail({
  state: 'failed',
  tasks: [
    sampleTask({ id: 71 }),
    sampleTask({ id: 72, code: 2, name: 'clean', state: 'failed' }),
    sampleTask({ id: 73, code: 3, name: 'publish', state: 'waiting', startedAt: undefined }),
  ],
});

const usable = () =>
  ['Pause', 'Resume', 'Stop', 'Recover', 'Repeat'].filter(
    name => screen.getByRole('button', { name }).getAttribute('aria-disabled') !== 'true',
  );

describe('one run', () => {
  it('shows its tasks over time and as a table, and the log of what failed', async () => {
    const { logs } = await show(FAILED);
    const chart = screen.getByRole('list', { name: 'Tasks over time' });
    expect(
      within(chart)
        .getAllByRole('button')
        .map(row => row.getAttribute('aria-label')),
    ).toEqual([
      'extract, Succeeded, began after 5 s, took 1 min 00 s',
      'clean, Failed, began after 5 s, took 1 min 00 s',
      'publish, Waiting',
    ]);
    const table = screen.getByRole('table', { name: 'Tasks of this run' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
    expect(await screen.findByText('log of 72')).toBeInTheDocument();
    expect(logs).toEqual([72]);

    await userEvent.click(within(table).getByRole('button', { name: 'extract' }));
    expect(await screen.findByText('log of 71')).toBeInTheDocument();
    expect(screen.queryByText('log of 72')).not.toBeInTheDocument();
  });

  it('opens the log that the address names', async () => {
    const { logs } = await show(FAILED, {}, undefined, '?task=71');
    expect(await screen.findByText('log of 71')).toBeInTheDocument();
    expect(logs).toEqual([71]);
  });

  it('offers what fits its state, and does it', async () => {
    const verbs: string[] = [];
    let state: RunDetail['state'] = 'failed';
    await show(FAILED, {
      run: async () => sampleRunDetail({ state, tasks: FAILED.tasks }),
      control: async (ref, verb) => {
        expect(ref).toMatchObject({ run: 7, code: 101 });
        verbs.push(verb);
        state = 'running';
      },
    });
    await waitFor(() => expect(usable()).toEqual(['Recover', 'Repeat']));
    await userEvent.click(screen.getByRole('button', { name: 'Recover' }));
    await waitFor(() => expect(usable()).toEqual(['Pause', 'Stop']));
    expect(verbs).toEqual(['recover']);
    expect(screen.getByText('Run 7: Running')).toHaveAttribute('aria-live', 'polite');
  });

  it('asks before it stops', async () => {
    const verbs: string[] = [];
    await show(sampleRunDetail({ state: 'running' }), {
      control: async (_, verb) => {
        verbs.push(verb);
      },
    });
    await waitFor(() => expect(usable()).toEqual(['Pause', 'Stop']));
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    const dialog = await screen.findByRole('dialog', { name: 'Stop run 7?' });
    expect(verbs).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Stop it' }));
    await waitFor(() => expect(verbs).toEqual(['stop']));
  });

  it('offers nothing, and reads no log, without the permissions', async () => {
    const { logs } = await show(FAILED, {}, ['read']);
    expect(await screen.findByText(/You may not read this workflow's logs/)).toBeInTheDocument();
    expect(usable()).toEqual([]);
    expect(logs).toEqual([]);
  });

  it('says that an address names no run', async () => {
    await renderWith(
      {},
      <Routes>
        <Route path="/:instance/:project/:code/runs/:run" element={<RunPage />} />
      </Routes>,
      '/main/p/12x/runs/7',
    );
    expect(await screen.findByText('This address names no workflow')).toBeInTheDocument();
  });
});

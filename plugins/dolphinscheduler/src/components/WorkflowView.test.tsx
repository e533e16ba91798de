import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  BackfillRequest,
  StartRequest,
  Verb,
  WorkflowDetail,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { useLocation } from 'react-router-dom';
import { renderWith, type PartialApi } from '../__testUtils__/render';
import { sampleDetail, sampleRun, sampleRunDetail, sampleTask } from '../__testUtils__/samples';
import { WorkflowView } from './WorkflowView';

const REF = { instance: 'main', project: 'warehouse', code: 101 };

function Address() {
  const { pathname, search } = useLocation();
  return <output data-testid="address">{pathname + search}</output>;
}

async function show(detail: WorkflowDetail, api: PartialApi = {}, at = '/') {
  await renderWith(
    {
      workflow: async () => detail,
      runs: async () => ({ items: [sampleRun(), sampleRun({ id: 6, state: 'failed' })] }),
      run: async ({ run }) =>
        sampleRunDetail({
          id: run,
          tasks:
            run === 6
              ? [sampleTask({ id: 61, state: 'failed' })]
              : [
                  sampleTask({ id: 71 }),
                  sampleTask({ id: 72, code: 2, name: 'clean', state: 'failed' }),
                  // A second try of the same task.
                  sampleTask({ id: 73, code: 2, name: 'clean', state: 'running' }),
                ],
        }),
      ...api,
    },
    <>
      <WorkflowView workflow={REF} />
      <Address />
    </>,
    at,
  );
  await screen.findByRole('heading', { name: detail.name });
}

const button = (name: string) => screen.getByRole('button', { name });

describe('one workflow', () => {
  it('says whose it is, how it is and when it fires next', async () => {
    await show(
      sampleDetail({
        schedule: {
          cron: '0 0 3 * * ? *',
          timeZone: 'Europe/Vienna',
          active: true,
          next: ['2126-11-28T02:00:00Z'],
        },
      }),
    );
    expect(screen.getByRole('link', { name: /data-team/ })).toHaveAttribute(
      'href',
      '/catalog/default/group/data-team',
    );
    expect(screen.getByTitle('2126-11-28 03:00:00 CET')).toHaveTextContent(/^in \d+ years$/);
    expect(screen.getByText('Last run: Succeeded')).toHaveAttribute('aria-live', 'polite');
  });

  it('lets everything be done that is allowed', async () => {
    await show(sampleDetail());
    for (const name of ['Start', 'Backfill', 'Pause schedule']) {
      expect(button(name)).toBeEnabled();
      expect(button(name)).not.toHaveAttribute('aria-disabled');
    }
  });

  it.each([
    ['Start', 'run', 'You may not start this workflow'],
    ['Backfill', 'backfill', 'You may not run this workflow for past times'],
    ['Pause schedule', 'schedule', "You may not pause or resume this workflow's schedule"],
  ] as const)('says why %s is not allowed', async (name, verb: Verb, why) => {
    const all = sampleDetail();
    let called = false;
    await show(
      { ...all, allowed: all.allowed.filter(allowed => allowed !== verb) },
      {
        schedule: async () => {
          called = true;
        },
      },
    );
    expect(button(name)).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button(name));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(called).toBe(false);
    // With the keyboard, too.
    await userEvent.tab();
    button(name).focus();
    expect(await screen.findByRole('tooltip')).toHaveTextContent(why);
  });

  it('cannot be started while it is offline', async () => {
    await show(sampleDetail({ online: false }));
    expect(button('Start')).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByText('Offline')).toBeInTheDocument();
  });

  it('pauses the schedule, and reads the workflow anew', async () => {
    const verbs: string[] = [];
    let active = true;
    await show(sampleDetail(), {
      workflow: async () => {
        const detail = sampleDetail();
        return { ...detail, schedule: { ...detail.schedule!, active } };
      },
      schedule: async (_, verb) => {
        verbs.push(verb);
        active = verb === 'resume';
      },
    });
    await userEvent.click(button('Pause schedule'));
    expect(await screen.findByRole('button', { name: 'Resume schedule' })).toBeEnabled();
    await userEvent.click(button('Resume schedule'));
    await screen.findByRole('button', { name: 'Pause schedule' });
    expect(verbs).toEqual(['pause', 'resume']);
  });

  it('says when something could not be done', async () => {
    await show(sampleDetail(), {
      schedule: async () => {
        throw new Error('the schedule is locked');
      },
    });
    await userEvent.click(button('Pause schedule'));
    expect(await screen.findByRole('alert')).toHaveTextContent('the schedule is locked');
  });
});

describe('the start form', () => {
  const detail = sampleDetail({
    params: [
      { name: 'rows', type: 'integer', value: '100', expression: false },
      { name: 'day', type: 'date', value: '$[yyyy-MM-dd-1]', expression: true },
      { name: 'note', type: 'string', value: 'none', expression: false },
      { name: 'ratio', type: 'number', value: '', expression: false },
    ],
  });

  it('refuses bad values, sends typed ones that differ from the defaults, and goes to the run', async () => {
    const sent: StartRequest[] = [];
    await show(detail, {
      start: async (ref, request) => {
        expect(ref).toMatchObject(REF);
        sent.push(request);
        return { run: 8 };
      },
    });
    await userEvent.click(button('Start'));
    const dialog = await screen.findByRole('dialog');
    const rows = within(dialog).getByRole('textbox', { name: 'rows' });
    expect(rows).toHaveValue('100');
    expect(rows).toHaveAccessibleDescription(/integer; default: 100/);
    await userEvent.clear(rows);
    await userEvent.type(rows, 'many');
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'ratio' }), '1,5');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
    expect(within(dialog).getByText('It must be a whole number, like 42.')).toBeInTheDocument();
    expect(within(dialog).getByText('It must be a number, like 0.5.')).toBeInTheDocument();
    expect(rows).toBeInvalid();
    expect(sent).toEqual([]);

    await userEvent.clear(rows);
    await userEvent.type(rows, '250');
    const ratio = within(dialog).getByRole('textbox', { name: 'ratio' });
    await userEvent.clear(ratio);
    await userEvent.type(ratio, '1.5');
    fireEvent.change(within(dialog).getByLabelText('day'), { target: { value: '2026-11-20' } });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
    await waitFor(() =>
      expect(sent).toEqual([{ params: { rows: 250, ratio: 1.5, day: '2026-11-20' } }]),
    );
    await waitFor(() =>
      expect(screen.getByTestId('address')).toHaveTextContent(
        '/dolphinscheduler/main/warehouse/101/runs/8',
      ),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('sends no parameters where nothing is changed, and stays open where it fails', async () => {
    const sent: StartRequest[] = [];
    await show(detail, {
      start: async (_, request) => {
        sent.push(request);
        throw new Error('no worker');
      },
    });
    await userEvent.click(button('Start'));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('no worker');
    expect(sent).toEqual([{}]);
  });
});

describe('the backfill form', () => {
  it('shows for which times it would run, and asks for them', async () => {
    const asked: BackfillRequest[] = [];
    const sent: BackfillRequest[] = [];
    const times = ['2026-11-20T02:00:00Z', '2026-11-21T02:00:00Z'];
    await show(sampleDetail(), {
      previewBackfill: async (_, request) => {
        asked.push(request);
        return { times };
      },
      backfill: async (_, request) => {
        sent.push(request);
        return { runs: [9], times };
      },
    });
    await userEvent.click(button('Backfill'));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
    expect(within(dialog).getByText('Say the first day.')).toBeInTheDocument();

    fireEvent.change(within(dialog).getByLabelText('From *'), { target: { value: '2026-11-20' } });
    fireEvent.change(within(dialog).getByLabelText('Until *'), { target: { value: '2026-11-19' } });
    expect(within(dialog).getByText('The last day is before the first one.')).toBeInTheDocument();
    fireEvent.change(within(dialog).getByLabelText('Until *'), { target: { value: '2026-11-21' } });
    const month = await within(dialog).findByRole('table', { name: 'November 2026' });
    expect(within(month).getByTitle('2026-11-20: 1 run')).toHaveTextContent('20');
    expect(within(month).queryByTitle(/2026-11-22/)).not.toBeInTheDocument();
    expect(within(dialog).getByText('2026-11-20 03:00:00 CET')).toBeInTheDocument();
    expect(asked).toEqual([{ from: '2026-11-20', until: '2026-11-21', mode: 'serial' }]);
    expect(sent).toEqual([]);

    await userEvent.click(within(dialog).getByRole('radio', { name: 'side by side' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start 2 runs' }));
    await waitFor(() =>
      expect(sent).toEqual([
        { from: '2026-11-20', until: '2026-11-21', mode: 'parallel', parallelism: 2 },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });
});

describe('the graph', () => {
  const node = (name: string) => screen.getByRole('button', { name: new RegExp(`^${name} `) });

  it("has all tasks with the last run's states, a task's newest try counting", async () => {
    await show(sampleDetail());
    expect(
      await screen.findByRole('button', { name: 'extract Succeeded, SHELL' }),
    ).toBeInTheDocument();
    expect(node('clean')).toHaveAccessibleName('clean Running, SQL');
    expect(node('publish')).toHaveAccessibleName('publish Not started, SHELL, disabled');
  });

  it('goes from task to task with the arrow keys, and tells of the chosen one', async () => {
    await show(sampleDetail());
    await screen.findByRole('button', { name: 'extract Succeeded, SHELL' });
    expect(node('extract')).toHaveAttribute('tabindex', '0');
    expect(node('clean')).toHaveAttribute('tabindex', '-1');
    node('extract').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(node('clean')).toHaveFocus();
    await userEvent.keyboard('{End}');
    expect(node('publish')).toHaveFocus();
    await userEvent.keyboard('{Home}{ArrowRight}{Enter}');
    expect(node('clean')).toHaveAttribute('aria-pressed', 'true');
    const facts = screen.getByRole('region', { name: 'Task clean' });
    expect(within(facts).getByRole('link', { name: 'Read its log' })).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/warehouse/101/runs/7?task=73',
    );
  });

  it('shows the states of another run', async () => {
    await show(sampleDetail());
    await screen.findByRole('button', { name: 'extract Succeeded, SHELL' });
    await userEvent.click(await screen.findByRole('button', { name: /States of run$/ }));
    await userEvent.click(await screen.findByRole('option', { name: '6 (Failed)' }));
    expect(
      await screen.findByRole('button', { name: 'extract Failed, SHELL' }),
    ).toBeInTheDocument();
    expect(node('clean')).toHaveAccessibleName('clean Not started, SQL');
  });

  it('is a list, too', async () => {
    await show(sampleDetail());
    await userEvent.click(await screen.findByRole('radio', { name: 'List' }));
    const table = screen.getByRole('table', { name: 'Tasks, and after which they run' });
    const rows = within(table).getAllByRole('row');
    expect(rows).toHaveLength(4);
    await waitFor(() => expect(rows[2]).toHaveTextContent('cleanSQLRunningextract'));
    expect(rows[3]).toHaveTextContent('publish (disabled)SHELLNot startedextract, clean');
  });
});

describe('runs, versions and drift', () => {
  it('lists the last runs, and draws how long they took', async () => {
    await show(sampleDetail(), {}, '/?tab=runs');
    const table = await screen.findByRole('table', { name: 'Runs' });
    expect(within(table).getByRole('link', { name: '6' })).toHaveAttribute(
      'href',
      '/dolphinscheduler/main/warehouse/101/runs/6',
    );
    expect(within(table).getAllByText('3 min 20 s')).toHaveLength(2);
    const bars = screen.getByRole('list', { name: 'How long the last runs took' });
    expect(
      within(bars)
        .getAllByRole('link')
        .map(bar => bar.getAttribute('aria-label')),
    ).toEqual([
      expect.stringMatching(/^Run 6, Failed, 3 min 20 s, /),
      expect.stringMatching(/^Run 7, Succeeded, 3 min 20 s, /),
    ]);
  });

  it('shows versions, and what was edited as text', async () => {
    await show(
      sampleDetail({ drifted: true }),
      {
        versions: async () => [{ version: 4, current: true, at: '2026-11-27T02:00:00Z' }],
        drift: async () => [
          { what: 'task load, script', before: 'echo 1', after: '<b>echo</b> 2' },
          { what: 'task new', after: 'echo 3' },
        ],
      },
      '/?tab=versions',
    );
    const edits = await screen.findByRole('table', { name: 'Edits' });
    expect(within(edits).getByText('<b>echo</b> 2')).toBeInTheDocument();
    expect(within(edits).getByText('it wasn’t there')).toBeInTheDocument();
    expect(
      await screen.findByRole('table', { name: 'Versions in DolphinScheduler' }),
    ).toHaveTextContent('the live one');
  });
});

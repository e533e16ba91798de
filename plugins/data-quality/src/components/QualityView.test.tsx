import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import type { DatasetQuality, ReplayRequest } from '@dolphinstage/plugin-data-quality-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { dataQualityApiRef, type DataQualityApi } from '../api';
import { sampleAlert, sampleQuality, sampleRow, sampleWindow } from '../__testUtils__/samples';
import { QualityView } from './QualityView';

const EMPTY: DataQualityApi = {
  datasets: async () => ({ items: [] }),
  quality: async () => sampleQuality(),
  quarantine: async () => ({ items: [], more: false, values: 'shown' }),
  replay: () => Promise.reject(new Error('nothing to replay')),
};

async function render(api: Partial<DataQualityApi>) {
  return renderInTestApp(
    <TestApiProvider apis={[[dataQualityApiRef, { ...EMPTY, ...api }]]}>
      <QualityView dataset="orders" />
    </TestApiProvider>,
  );
}

function focus(element: HTMLElement): void {
  act(() => element.focus());
}

function refusal(statusCode: number, words: string): Error {
  return Object.assign(new Error('Request failed'), { statusCode, cause: new Error(words) });
}

describe('the quality of a data set', () => {
  it('says that there is nothing yet', async () => {
    await render({});
    expect(
      await screen.findByText('No window has been closed in the last 24 hours.'),
    ).toBeInTheDocument();
    expect(screen.getByText('No alert is open.')).toBeInTheDocument();
    expect(await screen.findByText('No row is in quarantine.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /back/ })).not.toBeInTheDocument();
  });

  it('says that it reads', async () => {
    await render({ quality: () => new Promise(() => {}) });
    expect(screen.getByText('Reading how good orders is …')).toHaveAttribute('role', 'status');
  });

  it.each([
    [403, 'it takes the permission dataquality.read', 'owner'],
    [404, 'nothing is known of a data set orders', 'Watch a stream'],
    [503, 'Kafka does not answer', 'tries again by itself'],
  ])('tells of %s in words, and what to do', async (status, words, todo) => {
    await render({ quality: () => Promise.reject(refusal(status, words)) });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(words);
    expect(alert).toHaveTextContent(todo);
  });

  it('shows the score over time, and its parts so that they add up', async () => {
    const bad = { rows: 200, passed: 196, score: 0.98, parts: { schema: 3, duplicate: 1 } };
    const windows = [
      sampleWindow(0),
      sampleWindow(1, bad),
      sampleWindow(2, { rows: 0, passed: 0, score: null }),
    ];
    await render({ quality: async () => sampleQuality({ windows, last: windows[1] }) });
    expect(await screen.findByRole('img')).toHaveAccessibleName(
      /2 windows with 300 rows, of which 296 were good; the worst.*196 of 200/,
    );
    const [, empty, second, first] = within(
      screen.getByRole('table', { name: /last 3 windows/ }),
    ).getAllByRole('row');
    const cells = (row: HTMLElement) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent);
    expect(cells(second!)).toEqual(['200', '196', '1', '3', '98\u00a0%', '']);
    expect(cells(first!)).toEqual(['100', '100', '0', '0', '100\u00a0%', '']);
    expect(cells(empty!)).toEqual(['0', '0', '0', '0', 'no rows', '']);
    expect(screen.getByText(/98 % of 200 rows were good/)).toBeInTheDocument();
  });

  it('goes further back where it is asked to, and shows what it has until that is there', async () => {
    const asked: (number | undefined)[] = [];
    let answer = (_quality: DatasetQuality) => {};
    await render({
      quality: async (_dataset, { windows } = {}) => {
        asked.push(windows);
        if (windows === 200) return sampleQuality({ windows: [sampleWindow(1)] });
        return new Promise(resolve => {
          answer = resolve;
        });
      },
    });
    await screen.findByRole('img');
    await userEvent.selectOptions(screen.getByLabelText(/Windows shown/), '2,000');
    expect(asked).toEqual([200, 2_000]);
    expect(screen.getByRole('img')).toHaveAccessibleName(/1 windows/);
    await act(async () => answer(sampleQuality({ windows: [sampleWindow(0), sampleWindow(1)] })));
    expect(screen.getByRole('img')).toHaveAccessibleName(/2 windows/);
  });

  it('shows open alerts with their words and examples, and those that are over', async () => {
    const recent = [
      sampleAlert({ id: 'a0', words: 'it was late', resolved: '2026-11-28T11:00:00.000Z' }),
    ];
    await render({ quality: async () => sampleQuality({ open: [sampleAlert()], recent }) });
    const open = within(await screen.findByRole('list', { name: 'Open alerts' }));
    expect(open.getByText(/amount must be >= 0/)).toHaveTextContent('Critical');
    expect(open.getByText(/"email":"\*\*\*"/)).toHaveTextContent(
      'incoming-data, partition 1, offset 7',
    );
    expect(screen.getByRole('heading', { name: 'Alerts: 1 open' })).toBeInTheDocument();
    const over = screen.getByRole('list', { name: 'Alerts that are over', hidden: true });
    expect(over).toHaveTextContent('it was late');
    expect(over).toHaveTextContent('over since');
  });

  it('says that examples are for the owner, to whom may not read rows', async () => {
    const [example] = sampleAlert().examples;
    const alert = sampleAlert({ examples: [{ ...example!, row: undefined }] });
    await render({ quality: async () => sampleQuality({ open: [alert], allowed: ['read'] }) });
    const open = within(await screen.findByRole('list', { name: 'Open alerts' }));
    expect(open.getByText(/offset 7/)).toHaveTextContent('is shown to the data set’s owner only');
  });

  it('says since when it knows no more', async () => {
    await render({
      quality: async () =>
        sampleQuality({ windows: [sampleWindow(0)], problem: 'Kafka does not answer' }),
    });
    expect(await screen.findByText('Kafka does not answer')).toBeInTheDocument();
    expect(screen.getByText(/This is as it was at 28 Nov 2026/)).toBeInTheDocument();
    expect(screen.getByRole('img')).toBeInTheDocument();
  });
});

describe('the quarantine', () => {
  const quarantine: DataQualityApi['quarantine'] = async (_dataset, { check } = {}) => ({
    items: [
      sampleRow(1),
      sampleRow(2),
      sampleRow(3, {
        check: 'duplicate',
        replayed: { at: '2026-11-28T13:00:00.000Z', by: 'user:default/ann' },
      }),
    ].filter(row => !check || row.check === check),
    more: false,
    values: 'shown',
  });

  it('sends chosen rows back by the keyboard alone, after it has said what would go back', async () => {
    const asked: ReplayRequest[] = [];
    await render({
      quarantine,
      replay: async (_dataset, request) => {
        asked.push(request);
        return {
          dryRun: request.dryRun,
          replayed: 1,
          skipped: 0,
          stillBad: 1,
          reasons: ['status must be one of those allowed'],
        };
      },
    });
    await screen.findByRole('table', { name: '3 rows in quarantine' });
    const keyboard = userEvent.setup();
    for (const offset of [1, 2]) {
      focus(
        screen.getByRole('checkbox', {
          name: `Choose the row of incoming-data, partition 0, offset ${offset}`,
        }),
      );
      await keyboard.keyboard(' ');
    }
    focus(screen.getByRole('button', { name: 'Send 2 rows back …' }));
    await keyboard.keyboard('{Enter}');
    const dialog = within(await screen.findByRole('dialog', { name: 'Send rows of orders back' }));
    expect(await dialog.findByText('1 row would go back to their topic')).toBeInTheDocument();
    expect(dialog.getByText(/1 row would stay: the contract still/)).toBeInTheDocument();
    expect(dialog.getByText('status must be one of those allowed')).toBeInTheDocument();
    expect(asked).toEqual([{ ids: ['0-1', '0-2'], dryRun: true }]);
    focus(dialog.getByRole('button', { name: 'Send 1 row back' }));
    await keyboard.keyboard('{Enter}');
    expect(await dialog.findByText('1 row went back to their topic')).toBeInTheDocument();
    expect(asked[1]).toEqual({ ids: ['0-1', '0-2'], dryRun: false, expected: 1 });
    await keyboard.click(dialog.getByText('Close'));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByRole('button', { name: 'Send chosen rows back …' })).toBeDisabled();
  });

  it('sends all rows of a check back', async () => {
    const asked: ReplayRequest[] = [];
    await render({
      quarantine,
      replay: async (_dataset, request) => {
        asked.push(request);
        return {
          dryRun: request.dryRun,
          replayed: 0,
          skipped: 0,
          stillBad: 1,
          reasons: ['status must be one of those allowed'],
        };
      },
    });
    await screen.findByRole('table', { name: '3 rows in quarantine' });
    await userEvent.selectOptions(screen.getByLabelText('Found by'), 'duplicate');
    const table = await screen.findByRole('table', { name: '1 row in quarantine' });
    expect(table).toHaveTextContent(/sent back .* by user:default\/ann/);
    await userEvent.click(screen.getByRole('button', { name: 'Send all back …' }));
    await waitFor(() => expect(asked).toEqual([{ check: 'duplicate', dryRun: true }]));
    expect(await screen.findByRole('button', { name: 'Send 0 rows back' })).toBeDisabled();
  });

  it('says that nothing was sent where the backend refuses', async () => {
    await render({
      quarantine,
      replay: () => Promise.reject(refusal(409, '2 rows would go back now, not 1')),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Send all back …' }));
    const alert = await within(await screen.findByRole('dialog')).findByRole('alert');
    expect(alert).toHaveTextContent('Nothing was sent back');
    expect(alert).toHaveTextContent('2 rows would go back now, not 1');
  });

  it.each([
    ['not-allowed', 'owner only'],
    ['no-contract', 'no contract'],
  ] as const)('says why rows are not shown: %s', async (values, words) => {
    const items = [{ ...sampleRow(1), values: undefined }];
    await render({
      quality: async () => sampleQuality({ allowed: ['read'] }),
      quarantine: async () => ({ items, more: true, values }),
    });
    expect(await screen.findByText(new RegExp(words))).toBeInTheDocument();
    const table = screen.getByRole('table', { name: 'The newest 1 row in quarantine' });
    expect(table).toHaveTextContent('schema: amount must be >= 0');
    expect(within(table).queryByRole('checkbox')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /back/ })).not.toBeInTheDocument();
  });
});

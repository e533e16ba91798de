import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import type { SwitchRequest } from '@dolphinstage/plugin-models-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { modelsApiRef, type ModelsApi } from '../api';
import { sampleModel, sampleNight } from '../__testUtils__/samples';
import { ModelView } from './ModelView';

const EMPTY: ModelsApi = {
  models: async () => ({ items: [] }),
  model: async () => sampleModel(),
  switch: () => Promise.reject(new Error('nothing to switch')),
};

const render = (api: Partial<ModelsApi>) =>
  renderInTestApp(
    <TestApiProvider apis={[[modelsApiRef, { ...EMPTY, ...api }]]}>
      <ModelView model="churn" />
    </TestApiProvider>,
  );

function refusal(statusCode: number, words: string): Error {
  return Object.assign(new Error('Request failed'), { statusCode, cause: new Error(words) });
}

describe('the page of a model', () => {
  it('says that it reads', async () => {
    await render({ model: () => new Promise(() => {}) });
    expect(screen.getByText('Reading how churn is …')).toHaveAttribute('role', 'status');
  });

  it.each([
    [403, 'it takes the permission models.read', 'owner'],
    [404, 'no model has had a night', 'start the workflow'],
    [503, 'PostgreSQL does not answer', 'tries again by itself'],
  ])('tells of %s in words, and what to do', async (status, words, todo) => {
    await render({ model: () => Promise.reject(refusal(status, words)) });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(words);
    expect(alert).toHaveTextContent(todo);
  });

  it('says what is live, and what each version is', async () => {
    await render({});
    expect(
      await screen.findByText('Version 2 is live, of 2026-11-22, accuracy 0.9020.'),
    ).toBeInTheDocument();
    const [, live, before] = within(screen.getByRole('table', { name: /^Versions/ })).getAllByRole(
      'row',
    );
    expect(live).toHaveTextContent('live');
    expect(before).toHaveTextContent('before');
    expect(before).toHaveTextContent('0.9010');
  });

  it('shows nights with the gates that were not passed, and why', async () => {
    const gates = [
      { gate: 'threshold', passed: true, words: 'accuracy is 0.9' },
      { gate: 'drift', passed: false, words: 'day has moved' },
    ];
    const refused = { reasons: ['drift: day has moved'], gates, accuracy: 0.9 };
    const nights = [
      sampleNight('2026-11-28', { ...refused, outcome: 'refused' }),
      sampleNight('2026-11-27', { accuracy: 0.88 }),
    ];
    await render({ model: async () => sampleModel({ nights }) });
    const table = within(await screen.findByRole('table', { name: /^Nights/ }));
    expect(table.getByText('1 of 2 not passed')).toBeInTheDocument();
    expect(table.getByText('drift: not passed: day has moved')).toBeInTheDocument();
    expect(screen.getByRole('img', { name: /Accuracy of the nights/ })).toHaveAccessibleName(
      /2026-11-27: 0\.8800, deployed; 2026-11-28: 0\.9000, refused/,
    );
  });

  it('warns of a live version that has broken its bounds', async () => {
    const lastLook = {
      version: 2,
      at: '2026-11-28T12:00:00.000Z',
      action: 'nothing-to-return-to',
      reasons: ['accuracy is 0.6'],
    } as const;
    await render({ model: async () => sampleModel({ lastLook, looks: [lastLook] }) });
    expect(
      await screen.findByText(/there is no version to go back to/, { selector: '*:not(td)' }),
    ).toBeInTheDocument();
    expect(screen.getAllByText(/accuracy is 0\.6/).length).toBeGreaterThan(1);
  });

  it('shows calibration, drift and traffic in words, too', async () => {
    const nights = [
      sampleNight('2026-11-28', {
        calibration: [{ rows: 10, said: 0.1, came: 0.2 }],
        drift: [
          { feature: 'small', psi: 0.01 },
          { feature: 'large', psi: 0.5 },
        ],
      }),
    ];
    const minute = '2026-11-28T12:00:00.000Z';
    const traffic = [{ minute, version: 2, rows: 30, errors: 1, p50: 2, p99: 7.25 }];
    await render({ model: async () => sampleModel({ nights, traffic }) });
    expect(await screen.findByRole('img', { name: /Calibration/ })).toHaveAccessibleName(
      /said 10 %, came 20 % \(10 rows\)/,
    );
    const [, first] = within(screen.getByRole('table', { name: /stability/ })).getAllByRole('row');
    expect(first).toHaveTextContent('large0.5000');
    expect(screen.getByText('30 rows, 1 failed.')).toBeInTheDocument();
    expect(screen.getByText('7.3 ms')).toBeInTheDocument();
  });

  it('shows what the model rests on, of the last night that came so far', async () => {
    const importance = [
      { feature: 'plan', loss: 0.2, deviation: 0.01 },
      { feature: 'calls', loss: -0.001, deviation: 0.002 },
    ];
    const nights = [sampleNight('2026-11-28'), sampleNight('2026-11-27', { importance })];
    await render({ model: async () => sampleModel({ nights }) });
    const section = within(
      await screen.findByRole('region', { name: 'What the candidate of 2026-11-27 rests on' }),
    );
    const [, first, second] = section.getAllByRole('row');
    expect(first).toHaveTextContent('plan0.2000 ± 0.0100');
    expect(second).toHaveTextContent('calls-0.0010 ± 0.0020');
    const [long, none] = section
      .getAllByRole('row')
      .slice(1)
      .map(row => row.querySelector('rect')!.getAttribute('width'));
    expect(Number(long)).toBeGreaterThan(300);
    expect(none).toBe('0');
  });

  it('offers no switch to who may not', async () => {
    await render({ model: async () => sampleModel({ allowed: ['read'] }) });
    await screen.findByText(/Version 2 is live/);
    expect(screen.queryByRole('button', { name: /Go back|live/ })).not.toBeInTheDocument();
  });

  it('goes back once it is told why, and reads anew', async () => {
    const asked: SwitchRequest[] = [];
    let current = 2;
    await render({
      model: async () => sampleModel({ current }),
      switch: async (model, request) => {
        asked.push(request);
        current = 1;
        return { model, from: 2, to: 1 };
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Go back to version 1' }));
    const dialog = within(await screen.findByRole('dialog'));
    const confirm = dialog.getByRole('button', { name: 'Go back' });
    expect(confirm).toBeDisabled();
    await userEvent.type(dialog.getByLabelText(/Why/), 'wrong of many ');
    await userEvent.click(confirm);
    expect(await screen.findByText(/Version 1 is live/)).toBeInTheDocument();
    expect(asked).toEqual([{ kind: 'rollback', to: 1, from: 2, why: 'wrong of many' }]);
  });

  it('says that nothing was changed where that is so', async () => {
    const words = 'version 3 is live, not 2. Look at what is live now, and decide again.';
    await render({ switch: () => Promise.reject(refusal(409, words)) });
    await userEvent.click(await screen.findByRole('button', { name: 'Make 1 live' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(dialog.getByLabelText(/Why/), 'x');
    await userEvent.click(dialog.getByRole('button', { name: 'Make it live' }));
    await waitFor(() => expect(dialog.getByRole('alert')).toHaveTextContent(words));
  });
});

import { useState } from 'react';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderWith, type PartialApi } from '../../__testUtils__/render';
import { sampleList, sampleWorkflow } from '../../__testUtils__/samples';
import {
  ConnectionField,
  DatasourceField,
  InstanceField,
  ProjectField,
  ScheduleField,
  type FormFieldProps,
} from './fields';

/** A form with one field, which keeps what is filled in. */
function Form({
  field: Field,
  onValue,
  initial,
  elsewhere = {},
  options,
}: {
  readonly field: (props: FormFieldProps) => JSX.Element;
  readonly onValue?: (value: string | undefined) => void;
  readonly initial?: string;
  readonly elsewhere?: object;
  readonly options?: NonNullable<FormFieldProps['uiSchema']>['ui:options'];
}) {
  const [value, setValue] = useState(initial);
  return (
    <Field
      formData={value}
      onChange={(next: string | undefined) => {
        setValue(next);
        onValue?.(next);
      }}
      schema={{ title: 'The field', description: 'What it is for' }}
      rawErrors={[]}
      required
      disabled={false}
      formContext={{ formData: elsewhere }}
      uiSchema={{ 'ui:options': options }}
    />
  );
}

const offered = () =>
  Array.from(document.querySelectorAll('datalist option'), option => option.getAttribute('value'));

describe('fields of forms', () => {
  const list: PartialApi = {
    workflows: async () => ({
      ...sampleList([sampleWorkflow()]),
      instances: [
        { name: 'production', reachable: true },
        { name: 'staging', reachable: false },
      ].map(instance => ({ ...sampleList([]).instances[0], ...instance })),
      facets: { projects: ['hr', 'sales'], owners: [], tenants: [] },
    }),
  };

  it('offer the instances that there are', async () => {
    const onValue = jest.fn();
    await renderWith(list, <Form field={InstanceField} onValue={onValue} />);
    await waitFor(() => expect(offered()).toEqual(['production', 'staging']));
    await userEvent.type(screen.getByLabelText('The field *'), 'staging');
    expect(onValue).toHaveBeenLastCalledWith('staging');
    await userEvent.clear(screen.getByLabelText('The field *'));
    expect(onValue).toHaveBeenLastCalledWith(undefined);
  });

  it('offer the projects that the reader may see, and take a new one', async () => {
    const onValue = jest.fn();
    await renderWith(list, <Form field={ProjectField} onValue={onValue} />);
    await waitFor(() => expect(offered()).toEqual(['hr', 'sales']));
    expect(screen.getByText('What it is for')).toBeVisible();
    await userEvent.type(screen.getByLabelText('The field *'), 'new');
    expect(onValue).toHaveBeenLastCalledWith('new');
  });

  it('can be filled in where the backend does not answer', async () => {
    const onValue = jest.fn();
    const workflows = async () => {
      throw new Error('no answer');
    };
    await renderWith({ workflows }, <Form field={ProjectField} onValue={onValue} />);
    await userEvent.type(screen.getByLabelText('The field *'), 'sales');
    expect(onValue).toHaveBeenLastCalledWith('sales');
  });
});

describe('the field of a connection', () => {
  const asked: string[] = [];
  const api: PartialApi = {
    connections: async instance => {
      asked.push(instance);
      return {
        connections: [
          { name: 'exports', kind: 'files' },
          { name: 'shop', kind: 'mysql' },
          { name: 'unheard-of' },
        ],
        datasources: [{ name: 'reports' }],
      };
    },
  };
  beforeEach(() => asked.splice(0));

  it("offers those of the form's instance, and takes another one", async () => {
    const onValue = jest.fn();
    const elsewhere = { instance: 'production' };
    await renderWith(api, <Form field={ConnectionField} {...{ elsewhere, onValue }} />);
    await waitFor(() => expect(offered()).toEqual(['exports', 'shop', 'unheard-of']));
    expect(asked).toEqual(['production']);
    await userEvent.type(screen.getByLabelText('The field *'), 'new');
    expect(onValue).toHaveBeenLastCalledWith('new');
  });

  it.each([
    ['the template names', { kind: 'mysql' }, ['shop', 'unheard-of']],
    ['another field names', { kindOf: 'source' }, ['shop', 'unheard-of']],
    [
      'stands for the value of another field',
      { kindOf: 'source', kinds: { mysql: 'files' } },
      ['exports', 'unheard-of'],
    ],
    ['nothing names', { kindOf: 'not-filled-in' }, ['exports', 'shop', 'unheard-of']],
  ])('offers those of the kind that %s', async (_which, options, names) => {
    const elsewhere = { instance: 'production', source: 'mysql' };
    await renderWith(api, <Form field={ConnectionField} {...{ elsewhere, options }} />);
    await waitFor(() => expect(offered()).toEqual(names));
  });

  it('offers data sources of DolphinScheduler', async () => {
    const elsewhere = { instance: 'production' };
    await renderWith(api, <Form field={DatasourceField} elsewhere={elsewhere} />);
    await waitFor(() => expect(offered()).toEqual(['reports']));
  });

  it('asks for none before there is an instance, and can be filled in', async () => {
    const onValue = jest.fn();
    await renderWith(api, <Form field={ConnectionField} onValue={onValue} />);
    await userEvent.type(screen.getByLabelText('The field *'), 'shop');
    expect(onValue).toHaveBeenLastCalledWith('shop');
    expect(asked).toEqual([]);
  });
});

describe('the field of a schedule', () => {
  it("shows when it fires next, in the form's time zone", async () => {
    const asked: string[] = [];
    const api: PartialApi = {
      previewSchedule: async (cron, timeZone) => {
        asked.push(`${cron} in ${timeZone}`);
        return { times: ['2026-12-01T05:00:00.000Z', '2026-12-02T05:00:00.000Z'] };
      },
    };
    await renderWith(
      api,
      <Form
        field={ScheduleField}
        initial="0 0 6 * * ? *"
        elsewhere={{ timeZone: 'Europe/Oslo' }}
      />,
    );
    expect(await screen.findByText(/01 Dec 2026.* 06:00|2026-12-01 06:00/)).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('Fires next, Europe/Oslo');
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    expect(asked).toEqual(['0 0 6 * * ? * in Europe/Oslo']);
  });

  it('says what is wrong with it, and that it never fires', async () => {
    const api: PartialApi = {
      previewSchedule: async cron => {
        if (cron.includes('30 2')) return { times: [] };
        throw new Error('it has 2 fields instead of six or seven, seconds first');
      },
    };
    await renderWith(api, <Form field={ScheduleField} initial="0 0" />);
    expect(await screen.findByText(/it has 2 fields/)).toBeVisible();
    const field = screen.getByLabelText('The field *');
    await userEvent.clear(field);
    expect(screen.queryByRole('status')).toBeNull();
    await userEvent.type(field, '0 0 6 30 2 ? *');
    expect(await screen.findByText('It never fires.')).toBeVisible();
  });
});

import {
  DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './datasource';
import { series, stat } from './panels';

export const MODELS_UID = 'dolphinstage-models';

const model = () =>
  new QueryVariableBuilder('model')
    .label('Model')
    .datasource(datasource)
    .query('label_values(dolphinstage_models_current_version, model)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' });

const of = (metric: string, more = '') => `dolphinstage_models_${metric}{model=~"$model"${more}}`;
const perSecond = (metric: string, by: string) =>
  `sum by (${by}) (rate(${of(metric)}[$__rate_interval]))`;
const latency = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le, model) (rate(${of('request_seconds_bucket')}[$__rate_interval])))`;

/** How models are trained and served. */
export function models(): Dashboard {
  return new DashboardBuilder('Models')
    .uid(MODELS_UID)
    .description('How nights end, how good live versions are, and how they are asked.')
    .tags(['dolphinstage', 'models'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-24h', to: 'now' })
    .timezone('browser')
    .withVariable(model())
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat(
        {
          title: 'Live version',
          description: 'The lowest that a server answers with; replicas may differ for a moment.',
          unit: 'short',
        },
        { expr: `min by (model) (${of('current_version')})`, legend: '{{model}}' },
        { red: 1, below: true },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Since the last night',
          description: 'How long ago the last night ended, however it did.',
          unit: 's',
        },
        {
          expr: `time() - max by (model) (${of('night_ended_timestamp_seconds')})`,
          legend: '{{model}}',
        },
        { red: 26 * 3600 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Versions refused by servers',
          description: "1: what should be live can't be loaded, and what was before answers.",
          unit: 'short',
        },
        { expr: `max by (model) (${of('version_refused')})`, legend: '{{model}}' },
        { red: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'PostgreSQL',
          description: '0: a server goes on with the versions that it has, and its log waits.',
          unit: 'short',
        },
        { expr: 'min(dolphinstage_models_database_up)', legend: 'up' },
        { red: 1, below: true },
      ),
    )
    .withRow(new RowBuilder('Training'))
    .withPanel(
      series(
        {
          title: 'Accuracy',
          description:
            "Of the last night's candidate on the days held out, promised of the live version, and measured of it on the rows whose labels have come.",
          unit: 'percentunit',
        },
        [{ expr: `max by (model, of) (${of('accuracy')})`, legend: '{{model}} {{of}}' }],
      ).max(1),
    )
    .withPanel(
      series(
        {
          title: 'Outcome of the last night',
          description: 'deployed, shadowed, refused (a gate has said no) or no-data.',
          unit: 'short',
        },
        [
          {
            expr: `max by (model, outcome) (${of('night_outcome')})`,
            legend: '{{model}} {{outcome}}',
          },
        ],
      ).max(1),
    )
    .withPanel(
      series(
        {
          title: 'Versions that took over',
          description: 'Switches an hour, by people, nights and rollbacks alike.',
          unit: 'short',
        },
        [
          {
            expr: `3600 * ${perSecond('switches_total', 'model')}`,
            legend: '{{model}}',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Inputs by bin of the training',
          description:
            'Rows a second by the bins that each feature had in training: where their shares move, inputs drift.',
          unit: 'short',
        },
        [
          {
            expr: perSecond('input_rows_total', 'model, feature, bin'),
            legend: '{{model}} {{feature}} {{bin}}',
          },
        ],
      ),
    )
    .withRow(new RowBuilder('Serving'))
    .withPanel(
      series({ title: 'Requests', description: 'Requests a second by outcome.', unit: 'short' }, [
        {
          expr: perSecond('requests_total', 'model, outcome'),
          legend: '{{model}} {{outcome}}',
        },
      ]),
    )
    .withPanel(
      series({ title: 'Latency', description: 'From the request to its answer.', unit: 's' }, [
        { expr: latency(0.5), legend: '{{model}} median' },
        { expr: latency(0.99), legend: '{{model}} 1 in 100 above' },
      ]),
    )
    .withPanel(
      series(
        {
          title: 'Rows by version',
          description: 'Rows a second by version and its role: current, candidate or shadow.',
          unit: 'short',
        },
        [
          {
            expr: perSecond('rows_total', 'model, version, role'),
            legend: '{{model}} {{version}} {{role}}',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Prediction log',
          description: 'Rows that wait for PostgreSQL, and rows a second that were dropped.',
          unit: 'short',
        },
        [
          { expr: 'sum(dolphinstage_models_log_waiting_rows)', legend: 'waiting' },
          {
            expr: 'sum(rate(dolphinstage_models_log_rows_total{outcome="dropped"}[$__rate_interval]))',
            legend: 'dropped a second',
          },
        ],
      ),
    )
    .build();
}

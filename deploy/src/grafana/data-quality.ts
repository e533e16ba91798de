import {
  DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './datasource';
import { limited, series, stat } from './panels';

export const DATA_QUALITY_UID = 'dolphinstage-data-quality';

const datasets = () =>
  new QueryVariableBuilder('dataset')
    .label('Data set')
    .datasource(datasource)
    .query('label_values(dolphinstage_quality_messages_total, dataset)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' });

const chosen = '{dataset=~"$dataset"}';
const of = (metric: string) => `dolphinstage_quality_${metric}${chosen}`;
const perSecond = (metric: string, by: string) =>
  `sum by (${by}) (rate(${of(metric)}[$__rate_interval]))`;
const latency = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(dolphinstage_quality_alert_latency_seconds_bucket[$__rate_interval])))`;

/** What the data are like. */
export function dataQuality(): Dashboard {
  return new DashboardBuilder('Data quality')
    .uid(DATA_QUALITY_UID)
    .description('What the stream checker finds, by data set.')
    .tags(['dolphinstage', 'data-quality'])
    .readonly()
    .refresh('10s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .withVariable(datasets())
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat(
        {
          title: 'Score',
          description: 'The last closed window; the worst of the replicas.',
          unit: 'percentunit',
        },
        { expr: `min by (dataset) (${of('score')})`, legend: '{{dataset}}' },
        { red: 0.95, below: true },
      ),
    )
    .withPanel(
      stat(
        { title: 'Open alerts', description: 'Alerts that are not over.', unit: 'short' },
        { expr: `sum by (dataset) (${of('alerts_open')})`, legend: '{{dataset}}' },
        { red: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Breakers open',
          description:
            '1: most of the data is bad, or a contract has stopped a partition that brings bad rows.',
          unit: 'short',
        },
        { expr: `max by (dataset) (${of('breaker_open')})`, legend: '{{dataset}}' },
        { red: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Last message',
          description: 'How long ago the newest message was made.',
          unit: 's',
        },
        {
          expr: `time() - max by (dataset) (${of('last_message_timestamp_seconds')})`,
          legend: '{{dataset}}',
        },
        { red: 300 },
      ),
    )
    .withRow(new RowBuilder('Quality'))
    .withPanel(
      limited(
        series(
          {
            title: 'Score over time',
            description: 'Of each closed window, 0 to 1. 95% is the goal.',
            unit: 'percentunit',
          },
          [{ expr: `min by (dataset) (${of('score')})`, legend: '{{dataset}}' }],
        ).max(1),
        0.95,
        true,
      ),
    )
    .withPanel(
      series(
        {
          title: 'Bad rows by check',
          description: 'Rows a second that a check has refused.',
          unit: 'short',
        },
        [{ expr: perSecond('bad_rows_total', 'dataset, check'), legend: '{{dataset}} {{check}}' }],
      ),
    )
    .withPanel(
      series({ title: 'Alerts open', description: 'Alerts that are not over.', unit: 'short' }, [
        { expr: `sum by (dataset) (${of('alerts_open')})`, legend: '{{dataset}}' },
      ]),
    )
    .withPanel(
      series(
        {
          title: 'Alerts raised',
          description: 'Alerts a minute, by the check that raised them.',
          unit: 'short',
        },
        [
          {
            expr: `60 * ${perSecond('alerts_total', 'dataset, check')}`,
            legend: '{{dataset}} {{check}}',
          },
        ],
      ),
    )
    .withRow(new RowBuilder('Flow'))
    .withPanel(
      series({ title: 'Throughput', description: 'Messages checked a second.', unit: 'short' }, [
        { expr: perSecond('messages_total', 'dataset'), legend: '{{dataset}}' },
      ]),
    )
    .withPanel(
      series(
        {
          title: 'Quarantine',
          description: 'Rows a second that were put aside, with reason and origin.',
          unit: 'short',
        },
        [{ expr: perSecond('quarantined_total', 'dataset'), legend: '{{dataset}}' }],
      ),
    )
    .withRow(new RowBuilder('Alerts to people'))
    .withPanel(
      limited(
        series(
          {
            title: 'Alert latency',
            description: 'From the bad message to Slack. Five seconds are promised.',
            unit: 's',
          },
          [
            { expr: latency(0.5), legend: 'p50' },
            { expr: latency(0.99), legend: 'p99' },
          ],
        ),
        5,
        false,
      ),
    )
    .withPanel(
      series(
        {
          title: 'Notifications',
          description: 'A minute, by channel and how they went.',
          unit: 'short',
        },
        [
          {
            expr: '60 * sum by (channel, outcome) (rate(dolphinstage_quality_notifications_total[$__rate_interval]))',
            legend: '{{channel}} {{outcome}}',
          },
        ],
      ),
    )
    .build();
}

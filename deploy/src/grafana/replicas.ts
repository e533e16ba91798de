import {
  DashboardBuilder,
  RowBuilder,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { limited, series, stat } from './panels';

export const REPLICAS_UID = 'dolphinstage-data-quality-replicas';

/** Whether the checker itself is well. */
export function replicas(): Dashboard {
  return new DashboardBuilder('Data quality: replicas')
    .uid(REPLICAS_UID)
    .description('Whether the replicas of the stream checker live and keep up.')
    .tags(['dolphinstage', 'data-quality'])
    .readonly()
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat(
        { title: 'Replicas up', description: 'Three are wanted.', unit: 'short' },
        { expr: 'dolphinstage_quality:replicas_up', legend: 'up' },
        { red: 3, below: true },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Partitions without a reader',
          description: 'Partitions read within six hours, less those that somebody holds.',
          unit: 'short',
        },
        {
          expr: 'dolphinstage_quality:partitions - sum by (topic) (dolphinstage_quality_assigned_partitions)',
          legend: '{{topic}}',
        },
        { red: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Lag',
          description: 'What waits, in seconds of what comes in, by topic.',
          unit: 's',
        },
        { expr: 'dolphinstage_quality:lag_seconds', legend: '{{topic}}' },
        { red: 60 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Contracts refused',
          description: '1: the changed file is invalid and the old contract is in force.',
          unit: 'short',
        },
        {
          expr: 'max by (file) (dolphinstage_quality_contract_invalid)',
          legend: '{{file}}',
        },
        { red: 1 },
      ),
    )
    .withRow(new RowBuilder('Over time'))
    .withPanel(
      series({ title: 'Up', description: '1: Prometheus can read its metrics.', unit: 'short' }, [
        { expr: 'up{job="data-quality"}', legend: '{{instance}}' },
      ]).max(1),
    )
    .withPanel(
      series(
        {
          title: 'Partitions held',
          description: 'By replica. A change is a rebalance.',
          unit: 'short',
        },
        [
          {
            expr: 'sum by (instance, topic) (dolphinstage_quality_assigned_partitions)',
            legend: '{{instance}} {{topic}}',
          },
        ],
      ),
    )
    .withPanel(
      series({ title: 'Lag by partition', description: 'Messages that wait.', unit: 'short' }, [
        { expr: 'dolphinstage_quality:lag_messages', legend: '{{topic}}/{{partition}}' },
      ]),
    )
    .withPanel(
      limited(
        series(
          { title: 'Lag in time', description: 'By topic. A minute is too much.', unit: 's' },
          [{ expr: 'dolphinstage_quality:lag_seconds', legend: '{{topic}}' }],
        ),
        60,
        false,
      ),
    )
    .withPanel(
      series(
        { title: 'Throughput', description: 'Messages a second, by replica.', unit: 'short' },
        [
          {
            expr: 'sum by (instance) (rate(dolphinstage_quality_messages_total[$__rate_interval]))',
            legend: '{{instance}}',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Unwatched messages',
          description: 'Messages a second that name no data set with a contract, by topic.',
          unit: 'short',
        },
        [
          {
            expr: 'sum by (topic) (rate(dolphinstage_quality_unwatched_messages_total[$__rate_interval]))',
            legend: '{{topic}}',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Since the last window',
          description: 'How long ago a window of the data set was closed.',
          unit: 's',
        },
        [
          {
            expr: 'time() - max by (dataset) (dolphinstage_quality_window_closed_timestamp_seconds)',
            legend: '{{dataset}}',
          },
        ],
      ),
    )
    .build();
}

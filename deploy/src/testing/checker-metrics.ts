import type { Series } from './exporter';

/** The series that one of three replicas has after a while of good work. */
export function healthySeries(replica: number): Series {
  const now = Date.now() / 1000;
  const dataset = 'dataset="flights"';
  const series: Series = new Map([
    [`messages_total{${dataset},topic="incoming-data"}`, 1000],
    ['unwatched_messages_total{topic="incoming-data"}', 0],
    [`bad_rows_total{${dataset},check="schema"}`, 3],
    [`quarantined_total{${dataset}}`, 3],
    [`alerts_total{${dataset},check="schema"}`, 1],
    ['notifications_total{channel="slack",outcome="sent"}', 1],
    ['notifications_total{channel="slack",outcome="refused"}', 0],
    [`score{${dataset}}`, 0.997],
    [`alerts_open{${dataset}}`, 0],
    // Next to nothing: of its first seconds Prometheus takes a rate for a fraction of what it is.
    [`lag_messages{topic="incoming-data",partition="${replica}"}`, 1],
    ['assigned_partitions{topic="incoming-data"}', 1],
    [`last_message_timestamp_seconds{${dataset}}`, now],
    [`window_closed_timestamp_seconds{${dataset}}`, now],
    [`window_seconds{${dataset}}`, 10],
    ['contract_invalid{file="flights.yaml"}', 0],
    [`breaker_open{${dataset}}`, 0],
    ['alert_latency_seconds_sum', 0.4],
    ['alert_latency_seconds_count', 1],
  ]);
  for (const le of ['0.1', '0.25', '0.5', '1', '2', '5', '10', '30', '60', '+Inf'])
    series.set(`alert_latency_seconds_bucket{le="${le}"}`, Number(le === '0.1' ? 0 : 1));
  return series;
}

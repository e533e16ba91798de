import type { Series } from './exporter';

/** The series that a model server has after a while of good work. */
export function servedSeries(): Series {
  const model = 'model="churn"';
  const version = `${model},version="2"`;
  const series: Series = new Map([
    [`requests_total{${model},tenant="shop",outcome="ok"}`, 1000],
    [`rows_total{${version},role="current"}`, 2000],
    [`input_rows_total{${version},feature="calls",bin="1"}`, 400],
    [`switches_total{${model}}`, 1],
    ['log_rows_total{outcome="written"}', 2000],
    ['log_rows_total{outcome="dropped"}', 0],
    ['log_waiting_rows', 3],
    [`current_version{${model}}`, 2],
    [`version_refused{${model}}`, 0],
    [`night_ended_timestamp_seconds{${model}}`, Date.now() / 1000 - 3600],
    [`night_outcome{${model},outcome="deployed"}`, 1],
    [`accuracy{${model},of="candidate"}`, 0.93],
    [`accuracy{${model},of="promised"}`, 0.93],
    [`accuracy{${model},of="measured"}`, 0.92],
    ['database_up', 1],
    [`request_seconds_sum{${version}}`, 2],
    [`request_seconds_count{${version}}`, 1000],
  ]);
  for (const le of ['0.001', '0.005', '0.01', '0.1', '+Inf']) {
    series.set(`request_seconds_bucket{${version},le="${le}"}`, le === '0.001' ? 0 : 1000);
  }
  return series;
}

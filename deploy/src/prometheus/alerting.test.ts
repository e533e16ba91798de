import axios from 'axios';
import { startMonitoring, type Monitoring } from '../testing/monitoring';
import { until } from '../testing/until';
import { alertsOf, readRules } from './rules';

const LIMIT = 300_000;

describe('an alert, on a real Prometheus and Alertmanager', () => {
  let monitoring: Monitoring;

  beforeAll(async () => {
    monitoring = await startMonitoring();
  }, LIMIT);
  afterAll(() => monitoring?.stop(), LIMIT);

  const query = async (expression: string): Promise<number | undefined> => {
    const { data } = await axios.get(`${monitoring.url}/api/v1/query`, {
      params: { query: expression },
      proxy: false,
    });
    const value = data.data.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  };
  const said = (alert: string, status: 'firing' | 'resolved') =>
    monitoring.webhook.received
      .flatMap(({ alerts }) => alerts)
      .find(({ labels, status: now }) => labels.alertname === alert && now === status);

  it('has every rule of ours in force', async () => {
    const { data } = await axios.get(`${monitoring.url}/api/v1/rules`, { proxy: false });
    const loaded = data.data.groups.flatMap(
      ({ rules }: { rules: { name: string; type: string }[] }) =>
        rules.filter(({ type }) => type === 'alerting').map(({ name }) => name),
    );
    expect(loaded.sort()).toEqual(
      alertsOf(readRules())
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it('takes its targets, and their job, from the files of the folder', async () => {
    const up = await until('three replicas are scraped', async () => {
      const count = await query('count(up{job="data-quality"} == 1)');
      return count === 3 ? count : undefined;
    });
    expect(up).toBe(3);
  });

  it(
    'fires, arrives at the webhook with its runbook, and resolves',
    async () => {
      const { series } = monitoring.exporters[0] as Monitoring['exporters'][0];
      const alert = 'DataQualityBreakerOpen';
      await until('the breaker is seen closed', () =>
        query('sum(dolphinstage_quality_breaker_open)'),
      );
      expect(said(alert, 'firing')).toBeUndefined();

      series.set('breaker_open{dataset="flights"}', 1);
      const firing = await until('it is told', () => said(alert, 'firing'));
      expect(firing.labels).toMatchObject({ severity: 'critical', dataset: 'flights' });
      expect(firing.annotations).toMatchObject({
        summary: 'The breaker of flights is open',
        runbook_url: 'docs/data-quality.md#breaker-open',
      });
      expect(said(alert, 'resolved')).toBeUndefined();

      series.set('breaker_open{dataset="flights"}', 0);
      const resolved = await until('its end is told', () => said(alert, 'resolved'));
      expect(resolved.labels).toEqual(firing.labels);
    },
    LIMIT,
  );
});

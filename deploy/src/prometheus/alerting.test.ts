import axios from 'axios';
import type { Exporter } from '../testing/exporter';
import { startMonitoring, type Monitoring } from '../testing/monitoring';
import { until } from '../testing/until';
import { alertsOf, readAllRules } from './rules';

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
      alertsOf(readAllRules())
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

  it.each([
    {
      alert: 'DataQualityBreakerOpen',
      exporter: () => monitoring.exporters[0],
      metric: 'dolphinstage_quality_',
      broken: 'breaker_open{dataset="flights"}',
      labels: { severity: 'critical', dataset: 'flights' },
      annotations: {
        summary: 'The breaker of flights is open',
        runbook_url: 'docs/data-quality.md#breaker-open',
      },
    },
    {
      alert: 'ModelsNightWithoutData',
      exporter: () => monitoring.modelServer,
      metric: 'dolphinstage_models_',
      broken: 'night_outcome{model="churn",outcome="no-data"}',
      labels: { severity: 'warning', model: 'churn' },
      annotations: {
        summary: 'The last night of churn had no data to learn from',
        runbook_url: 'docs/model-retraining.md#night-without-data',
      },
    },
  ])(
    '$alert fires, arrives at the webhook and in Slack with its runbook, and resolves',
    async ({ alert, exporter, metric, broken, labels, annotations }) => {
      const { series } = exporter() as Exporter;
      series.set(broken, 0);
      await until('it is seen that all is well', () => query(`sum(${metric}${broken})`));
      expect(said(alert, 'firing')).toBeUndefined();

      series.set(broken, 1);
      const firing = await until('it is told', () => said(alert, 'firing'));
      expect(firing.labels).toMatchObject(labels);
      expect(firing.annotations).toMatchObject(annotations);
      expect(said(alert, 'resolved')).toBeUndefined();
      const told = await until('Slack is told', () =>
        monitoring.slack.received
          .flatMap(({ attachments }) => attachments)
          .find(({ title }) => title === annotations.summary),
      );
      expect(told.text).toContain(` Runbook: ${annotations.runbook_url}\n`);

      series.set(broken, 0);
      const resolved = await until('its end is told', () => said(alert, 'resolved'));
      expect(resolved.labels).toEqual(firing.labels);
    },
    LIMIT,
  );
});

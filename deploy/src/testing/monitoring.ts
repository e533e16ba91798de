import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertmanager, Home, prometheus, Supervisor, writeTargets } from '@dolphinstage/embedded';
import { RULE_SETS } from '../prometheus/rules';
import { healthySeries } from './checker-metrics';
import { Exporter } from './exporter';
import { servedSeries } from './model-metrics';
import { type SlackMessage, WebhookReceiver } from './webhook';

const REPLICAS = 3;

/** A real Prometheus and Alertmanager that watch three exporters as of replicas and one as of a model server, and tell a webhook and what stands in for Slack. */
export interface Monitoring {
  exporters: Exporter[];
  modelServer: Exporter;
  /** What has come to the webhook. */
  webhook: WebhookReceiver;
  /** What has come to Slack, or rather what stands in for it. */
  slack: WebhookReceiver<SlackMessage>;
  /** Prometheus' address. */
  url: string;
  stop(): Promise<void>;
}

export async function startMonitoring(): Promise<Monitoring> {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-monitoring-'));
  // The service user, whom the servers run as, must get in.
  chmodSync(folder, 0o755);
  const home = new Home(join(folder, 'home'));
  const webhook = new WebhookReceiver();
  const slack = new WebhookReceiver<SlackMessage>();
  const exporters = Array.from(
    { length: REPLICAS },
    (_, replica) => new Exporter('dolphinstage_quality_', healthySeries(replica)),
  );
  const modelServer = new Exporter('dolphinstage_models_', servedSeries());
  writeTargets(home, 'model-server', [{ address: await modelServer.listen() }]);
  const addresses = await Promise.all(exporters.map(exporter => exporter.listen()));
  writeTargets(
    home,
    'data-quality',
    addresses.map(address => ({ address })),
  );
  const supervisor = new Supervisor({
    home,
    servers: [
      alertmanager({
        receivers: [
          { kind: 'webhook', url: await webhook.listen() },
          { kind: 'slack', url: await slack.listen() },
        ],
        groupInterval: 1,
      }),
      prometheus({ rules: RULE_SETS.map(({ rules }) => rules), interval: 1 }),
    ],
  });
  const stop = async () => {
    await supervisor.stop();
    await Promise.all([...exporters, modelServer, webhook, slack].map(server => server.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await supervisor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { url } = supervisor.endpoint('prometheus');
  return { exporters, modelServer, webhook, slack, url, stop };
}

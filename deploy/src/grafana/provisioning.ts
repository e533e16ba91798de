import {
  ContactPointBuilder,
  NotificationPolicyBuilder,
} from '@grafana/grafana-foundation-sdk/alerting';
import { DATASOURCE_UID } from './datasource';

const CONTACT_POINT = 'data-quality';

/** Where Grafana finds Prometheus: `$PROMETHEUS_URL` of its environment. */
export const datasources = (): object => ({
  apiVersion: 1,
  datasources: [
    {
      name: 'Dolphinstage Prometheus',
      uid: DATASOURCE_UID,
      type: 'prometheus',
      access: 'proxy',
      url: '$PROMETHEUS_URL',
      // No narrower than what is scraped: `$__rate_interval` is four times that.
      jsonData: { timeInterval: '5s', httpMethod: 'POST' },
      editable: false,
    },
  ],
});

/** Where Grafana finds the dashboards of this folder: below its own provisioning folder. */
export const dashboardProvider = (): object => ({
  apiVersion: 1,
  providers: [
    {
      name: 'dolphinstage',
      folder: 'Dolphinstage',
      type: 'file',
      allowUiUpdates: false,
      options: { path: '/etc/grafana/dashboards/dolphinstage' },
    },
  ],
});

const receiver = (kind: 'slack' | 'webhook', settings: Record<string, string>) => {
  const { uid, type, ...rest } = new ContactPointBuilder()
    .uid(`${CONTACT_POINT}-${kind}`)
    .type(kind)
    .settings(settings)
    .disableResolveMessage(false)
    .build();
  return { uid, type, settings: rest.settings, disableResolveMessage: rest.disableResolveMessage };
};

/**
 * Slack and a webhook. Their addresses are secrets: they stand in Grafana's environment, as does what makes runbooks' paths links, or
 * nothing.
 */
export const contactPoints = (): object => ({
  apiVersion: 1,
  contactPoints: [
    {
      orgId: 1,
      name: CONTACT_POINT,
      receivers: [
        receiver('slack', {
          url: '$SLACK_WEBHOOK_URL',
          title: '{{ .CommonAnnotations.summary }}',
          text: '{{ range .Alerts }}{{ .Annotations.description }} ${RUNBOOK_BASE}{{ .Annotations.runbook_url }}\n{{ end }}',
        }),
        receiver('webhook', { url: '$ALERT_WEBHOOK_URL', httpMethod: 'POST' }),
      ],
    },
  ],
});

/** Critical alerts at once and every hour, the others together and every four. */
export function notificationPolicies(): object {
  const policy = new NotificationPolicyBuilder()
    .receiver(CONTACT_POINT)
    .groupBy(['alertname', 'dataset', 'topic', 'model'])
    .groupWait('30s')
    .groupInterval('5m')
    .repeatInterval('4h')
    .routes([
      new NotificationPolicyBuilder()
        .receiver(CONTACT_POINT)
        .objectMatchers([['severity', '=', 'critical']])
        .groupWait('1s')
        .groupInterval('30s')
        .repeatInterval('1h'),
    ])
    .build();
  return { apiVersion: 1, policies: [{ orgId: 1, ...policy }] };
}

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { readAllRules } from '../prometheus/rules';
import { alertRules } from './alert-rules';
import { dataQuality } from './data-quality';
import { models } from './models';
import {
  contactPoints,
  dashboardProvider,
  datasources,
  notificationPolicies,
} from './provisioning';
import { replicas } from './replicas';

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
/** With ids, by which links and alerts name a panel; the builders give none. */
const numbered = (dashboard: Dashboard): object => ({
  ...dashboard,
  panels: dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })),
});
/** By way of JSON: the builders' objects hold functions. */
const yaml = (value: object) =>
  `# Made by deploy/src/grafana; \`yarn generate:grafana\` writes it anew.\n${stringify(
    JSON.parse(JSON.stringify(value)),
    { aliasDuplicateObjects: false },
  )}`;

/** The files of `deploy/grafana`, by their paths in it. */
export function grafanaFiles(): Record<string, string> {
  return {
    'dashboards/data-quality.json': json(numbered(dataQuality())),
    'dashboards/data-quality-replicas.json': json(numbered(replicas())),
    'dashboards/models.json': json(numbered(models())),
    'provisioning/datasources/dolphinstage.yaml': yaml(datasources()),
    'provisioning/dashboards/dolphinstage.yaml': yaml(dashboardProvider()),
    'provisioning/alerting/rules.yaml': yaml(alertRules(readAllRules())),
    'provisioning/alerting/contact-points.yaml': yaml(contactPoints()),
    'provisioning/alerting/policies.yaml': yaml(notificationPolicies()),
  };
}

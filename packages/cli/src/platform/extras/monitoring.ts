import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alertmanager, prometheus, type AlertReceiver } from '@dolphinstage/embedded';
import { ROOT } from '../../root';
import type { Extra } from './extra';

const RULES = join(ROOT, 'deploy/prometheus/rules');

const rules = () =>
  readdirSync(RULES)
    .filter(name => name.endsWith('.yml'))
    .map(name => join(RULES, name));

/** Where alerts go besides Alertmanager's own pages: nowhere, unless the caller says so. */
function receivers(environment: NodeJS.ProcessEnv): AlertReceiver[] {
  const url = environment.SLACK_WEBHOOK_URL;
  return url ? [{ kind: 'slack', url }] : [];
}

/** Prometheus with our rules, and Alertmanager. */
export const monitoring: Extra = {
  name: 'monitoring',
  title: 'Prometheus and Alertmanager; alerts go to $SLACK_WEBHOOK_URL where that is set',
  servers: () => [
    alertmanager({ receivers: receivers(process.env) }),
    prometheus({ rules: rules() }),
  ],
};

import { chownSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { registerSecret } from '@dolphinstage/common';
import { writeJson } from '../home';
import { SERVICE_USER, type Machine } from '../machine/machine';
import type { ServerContext, ServerDefinition } from '../server';

const PACKAGE = 'prometheus-alertmanager';
const REQUEST_MS = 2_000;

/** Where Alertmanager sends alerts. @public */
export interface AlertReceiver {
  /** `webhook`: Alertmanager's own JSON; `slack`: an incoming webhook of Slack. */
  kind: 'webhook' | 'slack';
  /** The address; it may be a secret, and is treated as one. */
  url: string;
}

/** @public */
export interface AlertmanagerOptions {
  /** Everything goes to each of them. Default: none; alerts are then seen in its own pages only. */
  receivers?: readonly AlertReceiver[];
  /** Seconds that the first alert of a group waits for others. Default 1. */
  groupWait?: number;
  /** Seconds until what is new in a group is told. Default 5. */
  groupInterval?: number;
}

/** JSON is YAML, and quotes whatever an address holds. */
function configuration({
  receivers = [],
  groupWait = 1,
  groupInterval = 5,
}: AlertmanagerOptions): object {
  const urls = (kind: AlertReceiver['kind']) =>
    receivers.filter(receiver => receiver.kind === kind).map(({ url }) => url);
  return {
    route: {
      receiver: 'everybody',
      group_by: ['alertname', 'dataset', 'topic', 'model'],
      group_wait: `${groupWait}s`,
      group_interval: `${groupInterval}s`,
      repeat_interval: '4h',
    },
    receivers: [
      {
        name: 'everybody',
        webhook_configs: urls('webhook').map(url => ({ url, send_resolved: true })),
        slack_configs: urls('slack').map(url => ({
          api_url: url,
          send_resolved: true,
          title: '{{ .CommonAnnotations.summary }}',
          text: '{{ range .Alerts }}{{ .Annotations.description }}{{ with .Annotations.runbook_url }} Runbook: {{ . }}{{ end }}\n{{ end }}',
        })),
      },
    ],
  };
}

/** The configuration holds addresses that are secrets: mode 0600, the service user's. */
async function writeConfiguration(
  machine: Machine,
  path: string,
  options: AlertmanagerOptions,
): Promise<void> {
  writeJson(path, configuration(options), 0o600);
  if (!machine.root) return;
  const { uid, gid } = await machine.osUser(SERVICE_USER);
  chownSync(path, uid, gid);
}

/**
 * Debian's Alertmanager (0.25), one of its own: without a cluster.
 *
 * @public
 */
export function alertmanager(options: AlertmanagerOptions = {}): ServerDefinition {
  options.receivers?.forEach(({ url }) => registerSecret(url));
  return {
    name: 'alertmanager',
    title: 'Alertmanager (Debian)',
    dependsOn: [],
    startLimit: 60,

    async install(machine, report) {
      await machine.need(PACKAGE, PACKAGE, report, { units: [`${PACKAGE}.service`] });
      if (machine.root) await machine.osUser(SERVICE_USER);
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ machine, folder, endpoint }: ServerContext) {
      const data = join(folder, 'data');
      await machine.serviceFolder(data);
      const config = join(folder, 'alertmanager.json');
      await writeConfiguration(machine, config, options);
      return {
        command: (await machine.which(PACKAGE)) ?? PACKAGE,
        args: [
          `--config.file=${config}`,
          `--storage.path=${data}`,
          `--web.listen-address=127.0.0.1:${endpoint.port}`,
          // Empty: it doesn't listen for others of a cluster.
          '--cluster.listen-address=',
          '--log.level=warn',
        ],
        cwd: folder,
        asServiceUser: true,
      };
    },

    async probe({ endpoint }) {
      const { data } = await axios.get<{ config?: { original?: string } }>(
        `${endpoint.url}/api/v2/status`,
        { timeout: REQUEST_MS, proxy: false },
      );
      if (!data.config?.original) throw new Error('its configuration is not loaded yet');
    },
  };
}

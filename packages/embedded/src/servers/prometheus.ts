import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import axios from 'axios';
import { writeJson, type Home } from '../home';
import { SERVICE_USER } from '../machine/machine';
import type { Endpoint, ServerContext, ServerDefinition } from '../server';

const NAME = 'prometheus';
const TARGETS = 'targets';
const REQUEST_MS = 2_000;

/** One address that is scraped. @public */
export interface ScrapeTarget {
  /** `host:port`; metrics are at `/metrics`. */
  address: string;
  /** Further labels of all that it tells. */
  labels?: Readonly<Record<string, string>>;
}

/** @public */
export interface PrometheusOptions {
  /** Files with alert and recording rules. They are copied, since the service user may not enter a checkout. */
  rules?: readonly string[];
  /** Seconds between two scrapes, and between two evaluations of the rules. Default 5. */
  interval?: number;
  /** How long data is kept, as Prometheus writes it. Default `15d`. */
  retention?: string;
}

/**
 * The folder of a home from which the embedded Prometheus takes what to scrape: `<job>.json` in the format of
 * `file_sd_configs`. The file's name becomes the label `job`; changes are seen at once.
 *
 * @public
 */
export const targetsFolder = (home: Home): string => home.folder(NAME, TARGETS);

/**
 * Says where the processes of a job tell their metrics; replaces what was said before, and takes effect while
 * Prometheus runs. Works as well before it has been started, or without it.
 *
 * @param job - the label `job`.
 * @public
 */
export function writeTargets(home: Home, job: string, targets: readonly ScrapeTarget[]): void {
  const groups = targets.map(({ address, labels = {} }) => ({ targets: [address], labels }));
  writeJson(join(targetsFolder(home), `${job}.json`), groups, 0o644);
}

/** JSON is YAML. */
function configuration(
  folder: string,
  interval: number,
  self: Endpoint,
  alertmanager: Endpoint,
): object {
  const of = ({ host, port }: Endpoint) => ({ targets: [`${host}:${port}`] });
  return {
    global: {
      scrape_interval: `${interval}s`,
      scrape_timeout: `${interval}s`,
      evaluation_interval: `${interval}s`,
    },
    rule_files: [join(folder, 'rules', '*.yml')],
    alerting: { alertmanagers: [{ static_configs: [of(alertmanager)] }] },
    scrape_configs: [
      { job_name: NAME, static_configs: [of(self)] },
      { job_name: 'alertmanager', static_configs: [of(alertmanager)] },
      {
        job_name: 'dolphinstage',
        file_sd_configs: [{ files: [join(folder, TARGETS, '*.json')], refresh_interval: '5s' }],
        relabel_configs: [
          {
            source_labels: ['__meta_filepath'],
            regex: '.*/([^/]+)\\.json',
            target_label: 'job',
          },
        ],
      },
    ],
  };
}

/** What is not among the rules any more must not stay in force. */
function copyRules(folder: string, files: readonly string[]): void {
  const rules = join(folder, 'rules');
  rmSync(rules, { recursive: true, force: true });
  mkdirSync(rules);
  for (const file of files) copyFileSync(file, join(rules, basename(file)));
}

/**
 * Debian's Prometheus (2.42). Sends its alerts to {@link alertmanager}; scrapes what {@link writeTargets} names.
 *
 * @public
 */
export function prometheus(options: PrometheusOptions = {}): ServerDefinition {
  const { rules = [], interval = 5, retention = '15d' } = options;
  return {
    name: NAME,
    title: 'Prometheus (Debian)',
    dependsOn: ['alertmanager'],
    startLimit: 60,

    async install(machine, report) {
      await machine.need(NAME, NAME, report, { units: [`${NAME}.service`] });
      if (machine.root) await machine.osUser(SERVICE_USER);
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ machine, folder, endpoint, endpointOf }: ServerContext) {
      const data = join(folder, 'data');
      await machine.serviceFolder(data);
      // It is watched from the start on.
      mkdirSync(join(folder, TARGETS), { recursive: true });
      copyRules(folder, rules);
      const config = join(folder, 'prometheus.json');
      writeJson(
        config,
        configuration(folder, interval, endpoint, endpointOf('alertmanager')),
        0o644,
      );
      return {
        command: (await machine.which(NAME)) ?? NAME,
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${data}`,
          `--storage.tsdb.retention.time=${retention}`,
          `--web.listen-address=127.0.0.1:${endpoint.port}`,
          // An alert that was sent before Alertmanager was known is lost: it is sent again soon.
          '--rules.alert.resend-delay=1s',
          '--log.level=warn',
        ],
        cwd: folder,
        asServiceUser: true,
      };
    },

    async probe({ endpoint }) {
      const api = axios.create({ baseURL: endpoint.url, timeout: REQUEST_MS, proxy: false });
      await api.get('/-/ready');
      const { data } = await api.get<{ data: { activeAlertmanagers: unknown[] } }>(
        '/api/v1/alertmanagers',
      );
      if (data.data.activeAlertmanagers.length === 0)
        throw new Error('it has not found Alertmanager yet');
    },
  };
}

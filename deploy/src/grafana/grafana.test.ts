import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import axios from 'axios';
import { parse } from 'yaml';
import { DEPLOY } from '../folder';
import { alertsOf, readAllRules } from '../prometheus/rules';
import { startMonitoring, type Monitoring } from '../testing/monitoring';
import { until } from '../testing/until';
import { DATASOURCE_UID } from './datasource';
import { grafanaFiles } from './files';

const LIMIT = 300_000;
const FOLDER = join(DEPLOY, 'grafana');
const files = grafanaFiles();
const read = (path: string) => parse(readFileSync(join(FOLDER, path), 'utf8'));

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

interface Target {
  refId: string;
  expr: string;
  datasource: { uid: string };
}
interface Panel {
  type: string;
  title: string;
  description?: string;
  id?: number;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: Target[];
}
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating?: { list: { name: string; datasource: { uid: string } }[] };
}

const dashboards = Object.keys(files)
  .filter(path => path.startsWith('dashboards/'))
  .map(path => JSON.parse(files[path] ?? '') as Dashboard);
const panels = dashboards.flatMap(({ title, panels: all }) =>
  all
    .filter(({ type }) => type !== 'row')
    .map(panel => [`${title}: ${panel.title}`, panel] as const),
);
const rules = parse(files['provisioning/alerting/rules.yaml'] ?? '') as {
  groups: {
    rules: {
      uid: string;
      title: string;
      condition: string;
      for: string;
      noDataState: string;
      labels: Record<string, string>;
      annotations: Record<string, string>;
      data: {
        refId: string;
        datasourceUid: string;
        model: { expr?: string; expression?: string };
      }[];
    }[];
  }[];
};
const alertRules = rules.groups.flatMap(group => group.rules);

/** All metrics of ours that the rules name, recorded ones too, with the labels that they ask for, whatever their values. */
const askedByRules = [
  ...new Set(
    readAllRules()
      .groups.flatMap(group => group.rules.map(({ expr }) => expr))
      .flatMap(expr => expr.match(/\b(?:dolphinstage_[\w:]+|up)\b(?:\{[^}]*\})?/g) ?? [])
      .map(selector => selector.replace(/(\w+)(?:=~|!~|!=|=)"[^"]*"/g, '$1!=""')),
  ),
];

describe('the files of deploy/grafana', () => {
  it('are what the code makes, no more and no fewer', () => {
    const there = filesBelow(FOLDER)
      .map(path => relative(FOLDER, path))
      .filter(path => path !== 'README.md');
    expect(there.sort()).toEqual(Object.keys(files).sort());
    for (const path of there) {
      expect(`${path}\n${readFileSync(join(FOLDER, path), 'utf8')}`).toBe(
        `${path}\n${files[path]}`,
      );
    }
  });

  it('hold no address and no secret: those stand in the environment', () => {
    const text = Object.values(files).join('\n');
    expect(text.match(/https?:\/\/[^\s"']+/g) ?? []).toEqual([]);
    const { contactPoints } = read('provisioning/alerting/contact-points.yaml');
    const urls = contactPoints[0].receivers.map(
      ({ type, settings }: { type: string; settings: { url: string } }) => [type, settings.url],
    );
    expect(urls).toEqual([
      ['slack', '$SLACK_WEBHOOK_URL'],
      ['webhook', '$ALERT_WEBHOOK_URL'],
    ]);
  });

  it('link the runbook in Slack by a base of the environment', () => {
    const { contactPoints } = read('provisioning/alerting/contact-points.yaml');
    const { settings } = contactPoints[0].receivers[0];
    expect(settings.text).toContain(' ${RUNBOOK_BASE}{{ .Annotations.runbook_url }}');
  });

  it('route to a contact point that is there', () => {
    const names = read('provisioning/alerting/contact-points.yaml').contactPoints.map(
      ({ name }: { name: string }) => name,
    );
    const [policy] = read('provisioning/alerting/policies.yaml').policies;
    expect(names).toContain(policy.receiver);
    for (const route of policy.routes) expect(names).toContain(route.receiver);
    expect(policy.routes[0].object_matchers).toEqual([['severity', '=', 'critical']]);
  });

  it('name one data source throughout: the provisioned one', () => {
    const [source] = read('provisioning/datasources/dolphinstage.yaml').datasources;
    expect(source).toMatchObject({ uid: DATASOURCE_UID, type: 'prometheus' });
    const named = [
      ...panels.flatMap(([, { datasource, targets = [] }]) => [
        datasource?.uid,
        ...targets.map(target => target.datasource.uid),
      ]),
      ...dashboards.flatMap(({ templating }) =>
        (templating?.list ?? []).map(one => one.datasource.uid),
      ),
      ...alertRules.flatMap(({ data }) => data.map(({ datasourceUid }) => datasourceUid)),
    ];
    expect([...new Set(named)].sort()).toEqual(['__expr__', DATASOURCE_UID]);
  });
});

describe('the dashboards', () => {
  it('have uids of their own', () => {
    expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
      'dolphinstage-data-quality',
      'dolphinstage-data-quality-replicas',
      'dolphinstage-models',
    ]);
  });

  it.each(dashboards.map(dashboard => [dashboard.title, dashboard] as const))(
    '%s: panels have ids of their own and lie beside each other',
    (_title, { panels: all }) => {
      const taken = new Set<string>();
      for (const { gridPos } of all) {
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(taken).not.toContain(`${x},${y}`);
            taken.add(`${x},${y}`);
          }
        }
      }
      const ids = all.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it.each(panels)('%s explains itself, and its queries are told apart', (_name, panel) => {
    expect(panel.description?.length).toBeGreaterThan(10);
    const refs = (panel.targets ?? []).map(({ refId }) => refId);
    expect(refs.length).toBeGreaterThan(0);
    expect(new Set(refs).size).toBe(refs.length);
  });

  it('show all that was asked for', () => {
    const shown = panels
      .flatMap(([, { targets = [] }]) => targets.map(({ expr }) => expr))
      .join('\n');
    const metrics = [
      ...['messages_total', 'bad_rows_total', 'quarantined_total', 'alerts_total', 'score'],
      ...['notifications_total', 'alerts_open', 'breaker_open', 'contract_invalid'],
      ...['assigned_partitions', 'last_message_timestamp_seconds', 'alert_latency_seconds_bucket'],
      ...['window_closed_timestamp_seconds', 'unwatched_messages_total'],
    ].map(name => `dolphinstage_quality_${name}`);
    const served = [
      ...['current_version', 'version_refused', 'database_up', 'switches_total', 'requests_total'],
      ...['request_seconds_bucket', 'rows_total', 'input_rows_total', 'log_waiting_rows'],
      ...['night_ended_timestamp_seconds', 'night_outcome', 'accuracy'],
    ].map(name => `dolphinstage_models_${name}`);
    const missing = [...metrics, ...served, 'dolphinstage_quality:lag_messages'].filter(
      metric => !shown.includes(metric),
    );
    expect(missing).toEqual([]);
  });
});

describe('the alert rules', () => {
  it('are those of Prometheus: name, expression, pause and labels', () => {
    const ours = alertsOf(readAllRules()).map(({ alert, expr, for: pause = '0s', labels }) => ({
      ...{ title: alert, expr, for: pause, labels },
    }));
    const theirs = alertRules.map(({ title, data, for: pause, labels }) => ({
      ...{ title, expr: data[0]?.model.expr, for: pause, labels },
    }));
    expect(theirs).toEqual(ours);
  });

  it.each(alertRules.map(rule => [rule.title, rule] as const))(
    '%s fires on any number, 0 too, and on nothing else',
    (_title, { uid, condition, data, noDataState, annotations }) => {
      expect(uid.length).toBeLessThanOrEqual(40);
      expect(condition).toBe('B');
      expect(data.map(({ refId }) => refId)).toEqual(['A', 'B']);
      expect(data[1]?.model.expression).toBe('is_number($A)');
      expect(noDataState).toBe('OK');
      // What begins with a dollar sign would be taken for a variable of Grafana's environment.
      expect(Object.values(annotations).join()).not.toContain('$');
    },
  );
});

describe('PromQL, on a real Prometheus that scrapes three replicas and a model server', () => {
  let monitoring: Monitoring;
  beforeAll(async () => {
    monitoring = await startMonitoring();
  }, LIMIT);
  afterAll(() => monitoring?.stop(), LIMIT);

  const ask = async (query: string): Promise<unknown[]> => {
    const { data } = await axios.get(`${monitoring.url}/api/v1/query`, {
      params: { query },
      proxy: false,
    });
    return data.data.result;
  };
  const ALL_UP =
    'dolphinstage_quality:replicas_up == 3 and on () dolphinstage_models:servers_up == 1';
  const withVariables = (expr: string) =>
    expr
      .replaceAll('$__rate_interval', '1m')
      .replaceAll('$dataset', '.*')
      .replaceAll('$model', '.*');

  const expressions = panels.flatMap(([name, { targets = [] }]) =>
    targets.map(({ refId, expr }) => [`${name} ${refId}`, expr] as const),
  );
  it.each(expressions)(
    '%s has data',
    async (_name, expr) => {
      const result = await until(`data of ${expr}`, async () => {
        const series = (await ask(withVariables(expr))) as { value: [number, string] }[];
        const numbers = series.filter(({ value }) => Number.isFinite(Number(value[1])));
        return numbers.length > 0 ? numbers : undefined;
      });
      expect(result.length).toBeGreaterThan(0);
    },
    LIMIT,
  );

  // What is misspelt in a rule has no data, and a rule without data is silent for ever.
  it.each(askedByRules)(
    '%s, which rules ask for, is there',
    async selector => {
      const there = await until(`data of ${selector}`, async () => {
        const series = await ask(selector);
        return series.length > 0 ? series : undefined;
      });
      expect(there.length).toBeGreaterThan(0);
    },
    LIMIT,
  );

  it.each(alertRules.map(({ title, data }) => [title, data[0]?.model.expr ?? ''] as const))(
    '%s is understood, and silent while all is well',
    async (_title, expr) => {
      await until('three replicas and the model server are up', async () =>
        (await ask(ALL_UP)).length > 0 ? true : undefined,
      );
      expect(await ask(expr)).toEqual([]);
    },
    LIMIT,
  );

  it('knows the data sets that can be chosen', async () => {
    const { data } = await axios.get(`${monitoring.url}/api/v1/label/dataset/values`, {
      params: { 'match[]': 'dolphinstage_quality_messages_total' },
      proxy: false,
    });
    expect(data.data).toEqual(['flights']);
  });
});

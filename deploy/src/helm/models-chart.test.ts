import { join } from 'node:path';
import { DEPLOY } from '../folder';
import { MODELS } from '../prometheus/rules';
import { ChartTools, kind, type Manifest, type Values } from './charts';

const LIMIT = 600_000;
const CHART = join(DEPLOY, 'helm/dolphinstage-models');

const required: Values = {
  image: { repository: 'example/dolphinstage-models' },
  settings: { secretName: 'models' },
  files: { existingClaim: 'model-files' },
};

describe('the chart of the model server', () => {
  let chart: ChartTools;
  beforeAll(async () => {
    chart = await ChartTools.open(CHART);
  }, LIMIT);
  afterAll(() => chart?.close());

  it('passes helm lint', async () => {
    expect(await chart.lint(required)).toEqual({
      good: true,
      text: expect.stringContaining('0 chart(s) failed'),
    });
  });

  const sets: [string, Values, string[]][] = [
    ['the least', required, ['Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount']],
    [
      'everything',
      {
        ...required,
        ...{ replicas: 4, port: 9500, drainSeconds: 10, log: { sample: 0.1, redact: ['a', 'b'] } },
        settings: { secretName: 'm', connectionsKey: 'c.json', accessKey: 'a.json', postgres: 'w' },
        monitoring: {
          serviceMonitor: { enabled: true, interval: '5s' },
          prometheusRule: {
            enabled: true,
            labels: { release: 'prometheus' },
            runbookBase: 'https://example.com/dolphinstage/',
          },
        },
      },
      [
        ...['Deployment', 'PodDisruptionBudget', 'PrometheusRule', 'Service', 'ServiceAccount'],
        'ServiceMonitor',
      ],
    ],
  ];
  it.each(sets)(
    'with %s makes what Kubernetes takes, field by field',
    async (_name, values, kinds) => {
      const manifests = await chart.render(values);
      expect(manifests.map(manifest => manifest.kind).sort()).toEqual(kinds);
      expect(await chart.validate(manifests)).toEqual({ good: true, text: expect.any(String) });
    },
  );

  it('would be found out: a field that Kubernetes does not know', async () => {
    const manifests = await chart.render(required);
    kind(manifests, 'Deployment').spec.template.spec.containers[0].livenesProbe = {};
    expect((await chart.validate(manifests)).text).toContain('livenesProbe');
  });

  it('runs without rights, and reads versions only', async () => {
    const pod = kind(await chart.render(required), 'Deployment').spec.template.spec;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001 },
    });
    const containers = [...pod.containers, ...pod.initContainers];
    for (const { securityContext } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    const mounts = containers.flatMap(({ volumeMounts }: Manifest) => volumeMounts);
    expect(new Set(mounts.map(({ name }: Manifest) => name))).toEqual(
      new Set(pod.volumes.map(({ name }: Manifest) => name)),
    );
    const files = mounts.find(({ name }: Manifest) => name === 'files');
    expect(files).toMatchObject({ mountPath: '/var/lib/dolphinstage/models', readOnly: true });
  });

  it('hands connections and tokens over as files of the user alone, and holds no secret', async () => {
    const manifests = await chart.render(required);
    expect(manifests.map(manifest => manifest.kind)).not.toContain('Secret');
    const pod = kind(manifests, 'Deployment').spec.template.spec;
    expect(pod.initContainers[0].command.slice(0, 3)).toEqual(['install', '-m', '0600']);
    const settings = pod.volumes.find(({ name }: Manifest) => name === 'settings');
    expect(settings.emptyDir.medium).toBe('Memory');
  });

  it('starts the server with options that it has, and is probed where it listens', async () => {
    const manifests = await chart.render(sets[1]![1]);
    const [container] = kind(manifests, 'Deployment').spec.template.spec.containers;
    const line: string[] = [...container.command, ...container.args];
    expect(line[0]).toBe('dolphinstage-models');
    const known = ['bundles', 'access', 'connections', 'postgres', 'host', 'port', 'sample'];
    const options = line.filter(word => word.startsWith('--')).map(word => word.slice(2));
    expect(options.sort()).toEqual([...known, 'redact', 'drain'].sort());
    expect(container.args).toEqual([
      ...['--host', '0.0.0.0', '--postgres', 'w', '--sample', '0.1', '--redact', 'a,b'],
      ...['--drain', '10000'],
    ]);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 9500, protocol: 'TCP' }]);
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(kind(manifests, 'Service').spec.ports[0]).toMatchObject({
      port: 9500,
      targetPort: 'http',
    });
  });

  it('carries the rules of deploy/prometheus, for the job that it is scraped under', async () => {
    const values = sets[1]![1];
    const { rules, ...rest } = await chart.carriedRules(values, MODELS);
    expect(rest).toEqual({
      ...{ copied: true, complete: true },
      verdict: { good: true, text: expect.stringContaining('SUCCESS') },
    });
    const down = rules.find(({ alert }) => alert === 'ModelsServerDown');
    expect(down.annotations.runbook_url).toBe(
      'https://example.com/dolphinstage/docs/model-retraining.md#server-down',
    );
    // Kubernetes' templates and Prometheus' must not be taken for each other.
    expect(down.annotations.summary).toContain('{{ $labels.instance }}');
    const manifests = await chart.render(values);
    const [{ replacement }] = kind(manifests, 'ServiceMonitor').spec.endpoints[0].relabelings;
    expect(down.expr).toContain(`job="${replacement}"`);
    expect(kind(manifests, 'PrometheusRule').metadata.labels.release).toBe('prometheus');
  });

  it.each([
    ['no image', { image: { repository: '' } }, 'repository'],
    ['no secret', { settings: { secretName: '' } }, 'secretName'],
    ['no claim', { files: { existingClaim: '' } }, 'existingClaim'],
    ['a share above 1', { log: { sample: 2 } }, 'sample'],
    ['a misspelt value', { replica: 3 }, 'replica'],
    ['a port of root', { port: 80 }, 'port'],
    [
      'a runbook address without a slash',
      { monitoring: { prometheusRule: { runbookBase: 'https://x' } } },
      'runbookBase',
    ],
  ])('refuses %s', async (_name, values, place) => {
    const verdict = await chart.tryValues({ ...required, ...values });
    expect(verdict.good).toBe(false);
    expect(verdict.text).toContain("don't meet the specifications of the schema");
    expect(verdict.text).toContain(place);
  });
});

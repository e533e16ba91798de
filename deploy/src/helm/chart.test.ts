import { join } from 'node:path';
import { DEPLOY } from '../folder';
import { DATA_QUALITY } from '../prometheus/rules';
import { ChartTools, kind, type Manifest, type Values } from './charts';

const LIMIT = 600_000;
const CHART = join(DEPLOY, 'helm/dolphinstage');

const required: Values = {
  image: { repository: 'example/dolphinstage-quality' },
  connections: { secretName: 'quality-connections' },
  contracts: { 'flights.json': '{"dataset": "flights"}' },
};

/** Values that people may have, and what comes of them. */
const sets: Record<string, { values: Values; kinds: string[] }> = {
  'the least': {
    values: required,
    kinds: ['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount'],
  },
  'one replica, contracts of their own': {
    values: { ...required, replicas: 1, contracts: {}, existingContracts: 'our-contracts' },
    kinds: ['Deployment', 'Service', 'ServiceAccount'],
  },
  everything: {
    values: {
      ...required,
      replicas: 5,
      image: {
        repository: 'example.com:5000/dolphinstage/quality',
        digest: `sha256:${'a'.repeat(64)}`,
        pullPolicy: 'Always',
      },
      imagePullSecrets: [{ name: 'pull' }],
      connections: {
        secretName: 'c',
        key: 'other.json',
        kafka: 'events',
        slack: 'slack',
        registry: 'schemas',
      },
      portal: 'https://portal.example.com',
      port: 9500,
      group: 'dq',
      sessionMs: 1500,
      podLabels: { team: 'data' },
      podAnnotations: { 'example.com/note': 'yes' },
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'data', operator: 'Exists', effect: 'NoSchedule' }],
      topologySpread: { whenUnsatisfiable: 'DoNotSchedule', keys: ['kubernetes.io/hostname'] },
      serviceAccount: { create: true, name: 'checker' },
      terminationGracePeriodSeconds: 60,
      monitoring: {
        serviceMonitor: { enabled: true, interval: '5s', labels: { release: 'prometheus' } },
        prometheusRule: {
          enabled: true,
          labels: { release: 'prometheus' },
          runbookBase: 'https://example.com/dolphinstage/',
        },
      },
    },
    kinds: [
      ...['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'PrometheusRule', 'Service'],
      ...['ServiceAccount', 'ServiceMonitor'],
    ],
  },
  'without budget, spread and account': {
    values: {
      ...required,
      podDisruptionBudget: { enabled: false },
      topologySpread: { enabled: false },
      serviceAccount: { create: false, name: 'default' },
      monitoring: { podMonitor: { enabled: true } },
    },
    kinds: ['ConfigMap', 'Deployment', 'PodMonitor', 'Service'],
  },
};

describe('the chart', () => {
  let chart: ChartTools;
  const render = (values: Values) => chart.render(values);

  beforeAll(async () => {
    chart = await ChartTools.open(CHART);
  }, LIMIT);
  afterAll(() => chart?.close());

  it('passes helm lint', async () => {
    const verdict = await chart.lint(required);
    expect(verdict).toEqual({ good: true, text: expect.stringContaining('0 chart(s) failed') });
  });

  describe.each(Object.entries(sets))('with %s', (_name, { values, kinds }) => {
    let manifests: Manifest[];
    beforeAll(async () => {
      manifests = await render(values);
    }, LIMIT);

    it('makes these objects, each once and in no fixed namespace', () => {
      expect(manifests.map(manifest => manifest.kind).sort()).toEqual(kinds);
      for (const { metadata } of manifests) {
        expect(metadata.namespace).toBeUndefined();
        expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      }
    });

    it('is what Kubernetes takes, field by field', async () => {
      expect(await chart.validate(manifests)).toEqual({ good: true, text: expect.any(String) });
    });

    it('selects its own pods: service, budget, spread and monitors alike', () => {
      const { spec } = kind(manifests, 'Deployment');
      const labels = spec.template.metadata.labels;
      const selectors = [
        spec.selector.matchLabels,
        kind(manifests, 'Service').spec.selector,
        kind(manifests, 'PodDisruptionBudget')?.spec.selector.matchLabels,
        kind(manifests, 'PodMonitor')?.spec.selector.matchLabels,
        ...(spec.template.spec.topologySpreadConstraints ?? []).map(
          (one: Manifest) => one.labelSelector.matchLabels,
        ),
      ].filter(selector => selector !== undefined);
      expect(selectors.length).toBeGreaterThan(1);
      for (const selector of selectors) {
        expect(Object.keys(selector)).toHaveLength(3);
        expect(labels).toMatchObject(selector);
      }
      const service = kind(manifests, 'ServiceMonitor')?.spec.selector.matchLabels ?? {};
      expect(kind(manifests, 'Service').metadata.labels).toMatchObject(service);
    });

    it('runs without rights: not root, nothing writable, no token', () => {
      const pod = kind(manifests, 'Deployment').spec.template.spec;
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect([...pod.containers, ...pod.initContainers]).toHaveLength(2);
      for (const { securityContext, resources } of [...pod.containers, ...pod.initContainers]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources.requests).toMatchObject({ cpu: expect.any(String) });
        expect(resources.limits.memory).toMatch(/^\d+[MG]i$/);
      }
    });

    it('gives each mount a volume, and each volume a mount', () => {
      const pod = kind(manifests, 'Deployment').spec.template.spec;
      const mounts = [...pod.containers, ...pod.initContainers].flatMap(
        ({ volumeMounts }: Manifest) => volumeMounts.map(({ name }: Manifest) => name),
      );
      const volumes = pod.volumes.map(({ name }: Manifest) => name);
      expect([...new Set(mounts)].sort()).toEqual([...volumes].sort());
    });

    it('hands the connections over as a file of the user alone, and holds no secret', () => {
      const pod = kind(manifests, 'Deployment').spec.template.spec;
      expect(manifests.map(manifest => manifest.kind)).not.toContain('Secret');
      expect(pod.initContainers[0].command).toEqual([
        ...['install', '-m', '0600'],
        '/run/secrets/dolphinstage/connections.json',
        '/etc/dolphinstage/connections/connections.json',
      ]);
      const volume = (name: string) => pod.volumes.find((one: Manifest) => one.name === name);
      expect(volume('secret').secret).toMatchObject({ defaultMode: 0o400 });
      expect(volume('connections').emptyDir.medium).toBe('Memory');
      expect(pod.containers[0].volumeMounts.map(({ name }: Manifest) => name)).not.toContain(
        'secret',
      );
    });

    it('is probed where it listens', () => {
      const [container] = kind(manifests, 'Deployment').spec.template.spec.containers;
      const port = String(values.port ?? 9464);
      expect(container.command).toEqual([
        ...['dolphinstage-quality', '--contracts', '/etc/dolphinstage/contracts'],
        ...['--connections', '/etc/dolphinstage/connections/connections.json', '--port', port],
      ]);
      expect(container.args.slice(0, 2)).toEqual(['--host', '0.0.0.0']);
      expect(container.ports).toEqual([
        { name: 'http', containerPort: Number(port), protocol: 'TCP' },
      ]);
      expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
      expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
      expect(kind(manifests, 'Service').spec.ports[0]).toMatchObject({
        port: Number(port),
        targetPort: 'http',
      });
    });
  });

  it('runs three replicas, of which one at a time may go, in places of their own', async () => {
    const manifests = await render(required);
    const { spec } = kind(manifests, 'Deployment');
    expect(spec.replicas).toBe(3);
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(kind(manifests, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: 1 });
    const keys = spec.template.spec.topologySpreadConstraints.map(
      ({ topologyKey, maxSkew }: Manifest) => [topologyKey, maxSkew],
    );
    expect(keys).toEqual([
      ['topology.kubernetes.io/zone', 1],
      ['kubernetes.io/hostname', 1],
    ]);
    // A replica takes eight seconds at most to end by itself.
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(8);
    expect(spec.template.spec.containers[0].image).toBe('example/dolphinstage-quality:0.1.0');
  });

  it('takes what was chosen', async () => {
    const manifests = await render(sets.everything?.values ?? {});
    const pod = kind(manifests, 'Deployment').spec.template.spec;
    const [container] = pod.containers;
    expect(container.image).toBe(`example.com:5000/dolphinstage/quality@sha256:${'a'.repeat(64)}`);
    expect(container.args).toEqual([
      ...['--host', '0.0.0.0', '--kafka', 'events', '--group', 'dq'],
      ...['--session', '1500', '--registry', 'schemas'],
      ...['--slack', 'slack', '--portal', 'https://portal.example.com'],
    ]);
    expect(pod.serviceAccountName).toBe('checker');
    const secret = pod.volumes.find(({ name }: Manifest) => name === 'secret').secret;
    expect(secret).toMatchObject({
      secretName: 'c',
      items: [{ key: 'other.json', path: 'connections.json' }],
    });
    const [endpoint] = kind(manifests, 'ServiceMonitor').spec.endpoints;
    expect(endpoint).toEqual({
      port: 'http',
      path: '/metrics',
      interval: '5s',
      relabelings: [{ targetLabel: 'job', replacement: 'data-quality' }],
    });
  });

  it('keeps contracts as they were written', async () => {
    const text = '{"note": "{{ .Values.x }} $HOME \\"quoted\\""}\n';
    const manifests = await render({ ...required, contracts: { 'a.json': text } });
    expect(kind(manifests, 'ConfigMap').data).toEqual({ 'a.json': text });
  });

  it('carries the rules of deploy/prometheus, for as many replicas as there are', async () => {
    const { rules, ...rest } = await chart.carriedRules(
      sets.everything?.values ?? {},
      DATA_QUALITY,
    );
    expect(rest).toEqual({
      ...{ copied: true, complete: true },
      verdict: { good: true, text: expect.stringContaining('SUCCESS') },
    });
    const wanted = rules.find(
      ({ record }: Manifest) => record === 'dolphinstage_quality:replicas_wanted',
    );
    expect(wanted.expr).toBe('vector(5)');
    const down = rules.find(({ alert }: Manifest) => alert === 'DataQualityReplicaDown');
    expect(down.annotations.runbook_url).toBe(
      'https://example.com/dolphinstage/docs/data-quality.md#replica-down',
    );
    // Kubernetes' templates and Prometheus' must not be taken for each other.
    expect(down.annotations.summary).toContain('{{ $labels.instance }}');
  });

  it('would be found out: a field that Kubernetes does not know', async () => {
    const manifests = await render(required);
    kind(manifests, 'Deployment').spec.template.spec.containers[0].livenesProbe = {};
    const verdict = await chart.validate(manifests);
    expect(verdict.good).toBe(false);
    expect(verdict.text).toContain('livenesProbe');
  });

  const wrong: [string, Values, string][] = [
    ['no image', { image: { repository: '' } }, 'repository'],
    ['no secret', { connections: { secretName: '' } }, 'secretName'],
    ['a secret name that is none', { connections: { secretName: 'My_Secret' } }, 'secretName'],
    ['no contracts', { contracts: {} }, 'contracts'],
    ['a contract that is no .json', { contracts: { 'flights.yaml': '{}' } }, 'flights.yaml'],
    ['no replica', { replicas: 0 }, 'replicas'],
    ['replicas as a text', { replicas: 'three' }, 'replicas'],
    ['a port of root', { port: 80 }, 'port'],
    ['root', { user: 0 }, 'user'],
    ['a misspelt value', { replica: 3 }, 'replica'],
    ['a misspelt part', { image: { repository: 'a/b', tga: '1' } }, 'tga'],
    [
      'an unknown pull policy',
      { image: { repository: 'a/b', pullPolicy: 'Sometimes' } },
      'pullPolicy',
    ],
    ['an unknown spread', { topologySpread: { whenUnsatisfiable: 'Maybe' } }, 'whenUnsatisfiable'],
    ['memory without a unit that is one', { resources: { limits: { memory: '1GB' } } }, 'memory'],
    [
      'a grace period too short to commit in',
      { terminationGracePeriodSeconds: 5 },
      'terminationGracePeriodSeconds',
    ],
    [
      'a label that selectors go by',
      { podLabels: { 'app.kubernetes.io/name': 'x' } },
      'app.kubernetes.io/name',
    ],
    [
      'both monitors, which would count all twice',
      { monitoring: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } },
      'monitoring',
    ],
    [
      'a runbook address without a slash',
      { monitoring: { prometheusRule: { runbookBase: 'https://x' } } },
      'runbookBase',
    ],
    ['a digest that is none', { image: { repository: 'a/b', digest: 'sha256:1' } }, 'digest'],
  ];
  it.each(wrong)('refuses %s', async (_name, values, place) => {
    // `contracts: {}` would be merged with nothing; the rest is as required.
    const verdict = await chart.tryValues({ ...required, ...values });
    expect(verdict.good).toBe(false);
    expect(verdict.text).toContain("don't meet the specifications of the schema");
    expect(verdict.text).toContain(place);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { parseAllDocuments, stringify } from 'yaml';
import { ask, findPromtool, type Verdict } from '../prometheus/promtool';
import { readRules, type RuleSet } from '../prometheus/rules';
import { findHelm, findValidator } from './tools';

// What comes out of helm is looked at in many places; its shape is what kubernetes-validate checks.
export type Manifest = any;
export type Values = Record<string, unknown>;

export const kind = (manifests: readonly Manifest[], wanted: string): Manifest =>
  manifests.find(manifest => manifest.kind === wanted);

/** What {@link ChartTools.carriedRules} finds. */
export interface CarriedRules {
  /** The chart's file is the same, byte by byte. */
  copied: boolean;
  /** None is left out. */
  complete: boolean;
  verdict: Verdict;
  rules: Manifest[];
}

/** A chart as the real helm renders it, and Kubernetes' schemas. */
export class ChartTools {
  readonly folder = mkdtempSync(join(tmpdir(), 'dolphinstage-chart-'));

  private constructor(
    private readonly chart: string,
    readonly helm: string,
    private readonly validator: string,
  ) {}

  static async open(chart: string): Promise<ChartTools> {
    return new ChartTools(chart, await findHelm(), await findValidator());
  }

  // JSON: helm reads YAML 1.1, in which `yes` is no text.
  async render(values: Values): Promise<Manifest[]> {
    const file = join(this.folder, 'values.yaml');
    writeFileSync(file, JSON.stringify(values));
    const text = await run(this.helm, [
      'template',
      'quality',
      this.chart,
      '-f',
      file,
      '-n',
      'data',
    ]);
    return parseAllDocuments(text)
      .map(document => document.toJS() as Manifest)
      .filter(manifest => manifest !== null);
  }

  /** What `helm template` says of values that may be wrong. */
  async tryValues(values: Values): Promise<Verdict> {
    const file = join(this.folder, 'wrong.yaml');
    writeFileSync(file, JSON.stringify(values));
    return ask(this.helm, ['template', 'quality', this.chart, '-f', file], this.folder);
  }

  async lint(values: Values): Promise<Verdict> {
    const file = join(this.folder, 'lint.yaml');
    writeFileSync(file, JSON.stringify(values));
    return ask(this.helm, ['lint', '--strict', this.chart, '-f', file], this.folder);
  }

  /** Against the schemas of Kubernetes, unknown fields included. */
  async validate(manifests: readonly Manifest[]): Promise<Verdict> {
    const file = join(this.folder, 'manifests.yaml');
    const own = manifests.filter(
      ({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'),
    );
    writeFileSync(file, own.map(manifest => JSON.stringify(manifest)).join('\n---\n'));
    return ask(this.validator, ['-k', '1.37', '--strict', file], this.folder);
  }

  /** The rules that it brings, what promtool says of them, and whether they come from those of `deploy/prometheus`. */
  async carriedRules(values: Values, set: RuleSet): Promise<CarriedRules> {
    const { groups } = kind(await this.render(values), 'PrometheusRule').spec;
    const file = join(this.folder, 'rules.yml');
    writeFileSync(file, stringify({ groups }));
    const rules = groups.flatMap((group: Manifest) => group.rules);
    return {
      copied:
        readFileSync(join(this.chart, 'files/rules.yml'), 'utf8') ===
        readFileSync(set.rules, 'utf8'),
      complete: rules.length === readRules(set).groups.flatMap(group => group.rules).length,
      verdict: await ask(await findPromtool(), ['check', 'rules', file], this.folder),
      rules,
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

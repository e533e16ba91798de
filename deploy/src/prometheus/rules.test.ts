import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { DEPLOY } from '../folder';
import { ask, findPromtool, type Verdict } from './promtool';
import {
  alertsOf,
  readAllRules,
  readRules,
  readTests,
  RULE_SETS,
  type AlertTest,
  type Rule,
  type RulesFile,
} from './rules';

const LIMIT = 300_000;
const ROOT = join(DEPLOY, '..');

/** Where what is told to Prometheus is named, by the prefix that stands there as `PREFIX`. */
const CODE: Record<string, string> = Object.fromEntries(
  ['tasks/data-quality/src/replica/metrics.ts', 'packages/model-server/src/metrics.ts'].map(
    path => {
      const code = readFileSync(join(ROOT, path), 'utf8');
      return [/const PREFIX = '(\w+)'/.exec(code)?.[1] ?? path, code];
    },
  ),
);

/** The anchors that a document's headings have. */
const anchorsOf = (document: string): string[] =>
  [...readFileSync(join(ROOT, document), 'utf8').matchAll(/^#{2,4} (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(RULE_SETS)('the rules of $name', set => {
  const rules = readRules(set);
  const alerts = alertsOf(rules);
  const names = alerts.map(({ alert = '' }) => alert);
  let promtool: string;
  let folder: string;

  beforeAll(async () => {
    promtool = await findPromtool();
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-rules-'));
  }, LIMIT);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs those questions of our cases that are wanted, against other rules. */
  async function test(
    changed: RulesFile,
    wanted: (question: AlertTest) => boolean,
  ): Promise<Verdict> {
    const ruleFile = join(folder, 'rules.yml');
    const testFile = join(folder, 'test.yml');
    const { tests, ...rest } = readTests(set);
    const left = tests
      .map(({ promql_expr_test: _values, ...one }) => ({
        ...one,
        alert_rule_test: one.alert_rule_test?.filter(wanted) ?? [],
      }))
      .filter(one => one.alert_rule_test.length > 0);
    writeFileSync(ruleFile, stringify(changed));
    writeFileSync(testFile, stringify({ ...rest, rule_files: [ruleFile], tests: left }));
    return ask(promtool, ['test', 'rules', testFile], folder);
  }

  const changing = (name: string, change: (rule: Rule) => Rule[]): RulesFile => ({
    groups: rules.groups.map(group => ({
      ...group,
      rules: group.rules.flatMap(rule => (rule.alert === name ? change(rule) : [rule])),
    })),
  });
  const firing = (name: string) => (question: AlertTest) =>
    question.alertname === name && (question.exp_alerts ?? []).length > 0;
  const silent = (name: string) => (question: AlertTest) =>
    question.alertname === name && (question.exp_alerts ?? []).length === 0;

  it('are rules to promtool', async () => {
    const verdict = await ask(promtool, ['check', 'rules', '--lint-fatal', set.rules], DEPLOY);
    expect(verdict).toEqual({ good: true, text: expect.stringContaining('SUCCESS') });
  });

  it('pass their tests', async () => {
    const verdict = await ask(promtool, ['test', 'rules', set.tests], dirname(set.tests));
    expect(verdict).toEqual({ good: true, text: expect.stringContaining('SUCCESS') });
  });

  it.each(names)('%s is tested: without it a case that expects it fails', async name => {
    expect((await test(rules, firing(name))).good).toBe(true);
    const verdict = await test(
      changing(name, () => []),
      firing(name),
    );
    expect(verdict.good).toBe(false);
    expect(verdict.text).toContain(`alertname: ${name}`);
  });

  it.each(names)(
    '%s is tested: where it always fires, a case that expects none fails',
    async name => {
      expect((await test(rules, silent(name))).good).toBe(true);
      const always = changing(name, ({ for: _pause, ...rule }) => [{ ...rule, expr: 'vector(1)' }]);
      const verdict = await test(always, silent(name));
      expect(verdict.good).toBe(false);
      expect(verdict.text).toContain(`alertname: ${name}`);
    },
  );

  const paused = alerts.filter(rule => rule.for !== undefined).map(({ alert = '' }) => alert);
  it.each(paused)('%s waits: without its pause a case that expects none fails', async name => {
    const hasty = changing(name, ({ for: _pause, ...rule }) => [rule]);
    expect((await test(hasty, silent(name))).good).toBe(false);
  });

  it.each(alerts.map(rule => [rule.alert, rule] as const))(
    '%s says how bad it is, what has happened and what to do',
    (_name, { labels, annotations = {} }) => {
      expect(['warning', 'critical']).toContain(labels?.severity);
      expect(annotations.summary?.length).toBeGreaterThan(10);
      expect(annotations.description?.length).toBeGreaterThan(40);
      expect(annotations.runbook_url).toMatch(/^docs\/[a-z-]+\.md#[a-z-]+$/);
    },
  );

  it('have a runbook for each alert', () => {
    const links = alerts.map(({ annotations }) => annotations?.runbook_url ?? '');
    const documents = [...new Set(links.map(link => link.split('#')[0] ?? ''))];
    const there = documents.flatMap(document =>
      anchorsOf(document).map(anchor => `${document}#${anchor}`),
    );
    expect(there).toEqual(expect.arrayContaining(links));
  });
});

describe('the rules together', () => {
  it('have names of their own', () => {
    const { groups } = readAllRules();
    const names = groups.flatMap(({ name, rules }) => [
      `group ${name}`,
      ...rules.map(({ alert, record }) => alert ?? record),
    ]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('rest on metrics that the processes have in their code', () => {
    const asked = readAllRules()
      .groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))
      .flatMap(expr => [...expr.matchAll(/\b(dolphinstage_[a-z]+_)([a-z0-9_]+)/g)]);
    expect(asked.length).toBeGreaterThan(0);
    const missing = asked.filter(([, prefix = '', name = '']) => {
      const code = CODE[prefix];
      const metric = name.replace(/_(bucket|sum|count)$/, '');
      return !code?.includes(`'${metric}'`) && !code?.includes(`\`\${PREFIX}${metric}\``);
    });
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});

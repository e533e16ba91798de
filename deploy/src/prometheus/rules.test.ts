import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { DEPLOY } from '../folder';
import { ask, findPromtool } from './promtool';
import {
  alertsOf,
  readAllRules,
  readRules,
  readTests,
  RULE_SETS,
  type AlertTest,
  type Rule,
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
  const paused = alerts.filter(rule => rule.for !== undefined).map(({ alert = '' }) => alert);
  const fires = ({ exp_alerts = [] }: AlertTest) => exp_alerts.length > 0;
  let promtool: string;
  let folder: string;
  /** The alerts of which a case fails, by what was done to all alerts. */
  let failing: Record<'without' | 'always' | 'hasty', string[]>;

  beforeAll(async () => {
    promtool = await findPromtool();
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-rules-'));
    failing = {
      without: await failingWhere(() => [], fires),
      always: await failingWhere(
        ({ for: _pause, ...rule }) => [{ ...rule, expr: 'vector(1)' }],
        question => !fires(question),
      ),
      hasty: await failingWhere(
        ({ for: _pause, ...rule }) => [rule],
        question => !fires(question) && paused.includes(question.alertname),
      ),
    };
  }, LIMIT);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /**
   * Asks those questions of our cases that are wanted with all alerts changed, in one run: promtool names each that
   * fails. A case has the alerts that it asks for alone, as the others take the most time; what is recorded stays.
   */
  async function failingWhere(
    change: (rule: Rule) => Rule[],
    wanted: (question: AlertTest) => boolean,
  ): Promise<string[]> {
    const { tests, ...rest } = readTests(set);
    const testFiles = tests.flatMap(({ promql_expr_test: _values, ...one }, index) => {
      const questions = one.alert_rule_test?.filter(wanted) ?? [];
      if (questions.length === 0) return [];
      const changed = rules.groups.map(group => ({
        ...group,
        rules: group.rules.flatMap(rule => {
          if (rule.alert === undefined) return [rule];
          return questions.some(({ alertname }) => alertname === rule.alert) ? change(rule) : [];
        }),
      }));
      const ruleFile = join(folder, `rules-${index}.yml`);
      const testFile = join(folder, `test-${index}.yml`);
      const cases = [{ ...one, alert_rule_test: questions }];
      writeFileSync(ruleFile, stringify({ groups: changed }));
      writeFileSync(testFile, stringify({ ...rest, rule_files: [ruleFile], tests: cases }));
      return [testFile];
    });
    const { text } = await ask(promtool, ['test', 'rules', ...testFiles], folder);
    return [...text.matchAll(/^ *alertname: (\w+), time:/gm)].map(([, name = '']) => name);
  }

  it('are rules to promtool', async () => {
    const verdict = await ask(promtool, ['check', 'rules', '--lint-fatal', set.rules], DEPLOY);
    expect(verdict).toEqual({ good: true, text: expect.stringContaining('SUCCESS') });
  });

  it('pass their tests', async () => {
    const verdict = await ask(promtool, ['test', 'rules', set.tests], dirname(set.tests));
    expect(verdict).toEqual({ good: true, text: expect.stringContaining('SUCCESS') });
  });

  // So that all alerts can be changed at once, and left out where they aren't asked for.
  it('look at no alert', () => {
    const all = rules.groups.flatMap(group => group.rules);
    expect(all.filter(({ expr }) => expr.includes('ALERTS'))).toEqual([]);
  });

  it.each(names)('%s is tested: without it a case that expects it fails', name => {
    expect(failing.without).toContain(name);
  });

  it.each(names)('%s is tested: where it always fires, a case that expects none fails', name => {
    expect(failing.always).toContain(name);
  });

  it.each(paused)('%s waits: without its pause a case that expects none fails', name => {
    expect(failing.hasty).toContain(name);
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

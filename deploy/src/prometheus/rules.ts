import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { DEPLOY } from '../folder';

const FOLDER = join(DEPLOY, 'prometheus');

/** A file of rules and the cases that prove it. */
export interface RuleSet {
  /** The file's name without its ending. */
  name: string;
  /** Where the rules stand. */
  rules: string;
  /** Where their cases stand. */
  tests: string;
}

const ruleSet = (name: string): RuleSet => ({
  name,
  rules: join(FOLDER, 'rules', `${name}.yml`),
  tests: join(FOLDER, 'tests', `${name}.test.yml`),
});

export const DATA_QUALITY = ruleSet('data-quality');
export const MODELS = ruleSet('models');

/** All files that there are, so that none can be left out of what is proven and provisioned. */
export const RULE_SETS: readonly RuleSet[] = readdirSync(join(FOLDER, 'rules'))
  .filter(file => file.endsWith('.yml'))
  .sort()
  .map(file => ruleSet(basename(file, '.yml')));

/** A rule as Prometheus reads it: `alert` or `record` is its name. */
export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A file of rules. */
export interface RulesFile {
  groups: { name: string; rules: Rule[] }[];
}

/** One question of a case: which alerts of a name fire at a time? */
export interface AlertTest {
  alertname: string;
  eval_time: string;
  exp_alerts?: unknown[];
}

/** A file of `promtool test rules`. */
export interface TestsFile {
  rule_files: string[];
  evaluation_interval: string;
  tests: {
    name: string;
    interval: string;
    input_series: { series: string; values: string }[];
    alert_rule_test?: AlertTest[];
    promql_expr_test?: unknown[];
  }[];
}

// Both are ours and are checked by promtool.
export const readRules = ({ rules }: RuleSet): RulesFile =>
  parse(readFileSync(rules, 'utf8')) as RulesFile;
// Texts only, as promtool reads a series: `0x20` is twenty more zeros there, and 32 to YAML.
export const readTests = ({ tests }: RuleSet): TestsFile =>
  parse(readFileSync(tests, 'utf8'), { schema: 'failsafe' }) as TestsFile;

/** The rules of all files, as Prometheus has them together. */
export const readAllRules = (): RulesFile => ({
  groups: RULE_SETS.flatMap(set => readRules(set).groups),
});

export const alertsOf = ({ groups }: RulesFile): Rule[] =>
  groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));

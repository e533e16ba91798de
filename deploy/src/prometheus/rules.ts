import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DEPLOY } from '../folder';

export const RULES_FILE = join(DEPLOY, 'prometheus/rules/data-quality.yml');
export const TESTS_FILE = join(DEPLOY, 'prometheus/tests/data-quality.test.yml');

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
export const readRules = (): RulesFile => parse(readFileSync(RULES_FILE, 'utf8')) as RulesFile;
// Texts only, as promtool reads a series: `0x20` is twenty more zeros there, and 32 to YAML.
export const readTests = (): TestsFile =>
  parse(readFileSync(TESTS_FILE, 'utf8'), { schema: 'failsafe' }) as TestsFile;

export const alertsOf = ({ groups }: RulesFile): Rule[] =>
  groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));

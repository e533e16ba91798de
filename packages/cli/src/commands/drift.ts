import { relative } from 'node:path';
import type { Command } from 'commander';
import {
  adoptDrift,
  changeText,
  drift,
  type AdoptOutcome,
  type DifferentSchedule,
  type DriftedWorkflow,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { type PlanCommandOptions, withPlanOptions } from '../workflows/with-plan';

const DRIFT = 2;

interface DriftCommandOptions extends PlanCommandOptions {
  adopt?: boolean;
  rewrite?: boolean;
}

function workflowText({ project, id, changes, contested, by, at }: DriftedWorkflow): string {
  const who = [by && `by ${by}`, at && `at ${at}`].filter(Boolean).join(' ');
  return [
    `~ ${project}/${id}: edited on the server${who && `, last ${who}`}`,
    ...changes.map(
      change =>
        `    ${changeText(change)}${contested.includes(change.what) ? ' (changed in the code, too)' : ''}`,
    ),
  ].join('\n');
}

function scheduleText({ project, id, changes }: DifferentSchedule): string {
  return [
    `~ ${project}/${id}: its schedule was edited on the server, or changed in the code and not applied`,
    ...changes.map(change => `    ${changeText(change)}`),
  ].join('\n');
}

const RESULTS = {
  edited: 'written into',
  rewritten: 'written as a new',
  left: 'not written into',
} as const;

function adoptedText(cwd: string, { project, id, file, result, notes }: AdoptOutcome): string {
  const where = file === undefined ? 'its file' : relative(cwd, file);
  return [
    `${result === 'left' ? '!' : '✓'} ${project}/${id}: ${RESULTS[result]} ${where}`,
    ...notes.map(note => `    ${note}`),
  ].join('\n');
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('drift')
    .description('what was edited on the server; exit code 0: nothing, 2: something, 1: an error')
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--adopt', "write what was edited on the server into the workflows' files")
    .option('--rewrite', 'with --adopt: replace a whole file where its parts cannot be changed')
    .option('--json', 'for machines: one JSON object')
    .action(async (paths: string[], options: DriftCommandOptions) => {
      if (options.rewrite && !options.adopt) {
        throw new CliError('USAGE', '--rewrite goes with --adopt', {
          todo: 'Add --adopt, or leave --rewrite out.',
        });
      }
      await withPlanOptions(cli, paths, options, async (model, planOptions, { client }, loaded) => {
        const report = await drift(client, model, planOptions);
        const { workflows, schedules } = report;
        const adopted = options.adopt
          ? await adoptDrift(client, loaded, { ...planOptions, rewrite: options.rewrite })
          : undefined;
        if (options.json) {
          cli.json({ version: 1, ...report, ...(adopted ? { adopted } : {}) });
        } else {
          workflows.forEach(workflow => cli.out(workflowText(workflow)));
          schedules.forEach(schedule => cli.out(scheduleText(schedule)));
          cli.out(`Drift: ${workflows.length} edited, ${schedules.length} schedules differ.`);
          adopted?.forEach(outcome => cli.out(adoptedText(cli.cwd, outcome)));
        }
        const isLeft = adopted?.some(({ result }) => result === 'left') ?? true;
        if (workflows.length + schedules.length > 0 && isLeft) cli.exit(DRIFT);
      });
    });
}

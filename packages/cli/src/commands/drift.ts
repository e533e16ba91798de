import type { Command } from 'commander';
import {
  changeText,
  drift,
  type DifferentSchedule,
  type DriftedWorkflow,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { type PlanCommandOptions, withPlanOptions } from '../workflows/with-plan';

const DRIFT = 2;

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

export function register(program: Command, cli: CliContext): void {
  program
    .command('drift')
    .description('what was edited on the server; exit code 0: nothing, 2: something, 1: an error')
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (paths: string[], options: PlanCommandOptions) => {
      await withPlanOptions(cli, paths, options, async (model, planOptions, { client }) => {
        const report = await drift(client, model, planOptions);
        const { workflows, schedules } = report;
        if (options.json) {
          cli.json({ version: 1, ...report });
        } else {
          workflows.forEach(workflow => cli.out(workflowText(workflow)));
          schedules.forEach(schedule => cli.out(scheduleText(schedule)));
          cli.out(`Drift: ${workflows.length} edited, ${schedules.length} schedules differ.`);
        }
        if (workflows.length + schedules.length > 0) cli.exit(DRIFT);
      });
    });
}

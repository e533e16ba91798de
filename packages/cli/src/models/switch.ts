import type { Command } from 'commander';
import { switchModel, type SwitchOrder } from '@dolphinstage/tasks-model-retraining/models';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { callerName } from '../people';
import { modelOptions, withModels, type ModelOptions } from './options';

const WORDS = {
  rollback: {
    description: 'goes back to the version before the live one, or to one that is named',
    to: 'default: the version before the live one',
  },
  promote: {
    description: 'makes a version the live one, whatever the gates say',
    to: 'default: the candidate',
  },
} as const;

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CliError('USAGE', `--to ${text}`, { todo: "Give a version's number." });
}

export function registerSwitch(models: Command, cli: CliContext, kind: SwitchOrder['kind']): void {
  const { description, to: usual } = WORDS[kind];
  modelOptions(models.command(kind))
    .description(description)
    .argument('<model>')
    .requiredOption('--why <text>', 'is written down, with who you are')
    .option('--to <version>', usual)
    .action(async (model: string, options: ModelOptions & { why: string; to?: string }) => {
      const to = versionOf(options.to);
      const { why } = options;
      const switched = await withModels(cli, options, db =>
        switchModel(db, { model, kind, to, why, who: callerName() }),
      );
      if (options.json) cli.json(switched);
      else
        cli.out(
          `version ${switched.to} of ${model} is live, in place of ${switched.from ?? 'none'}`,
        );
    });
}

import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerList, registerShow } from '../models/show';
import { registerSwitch } from '../models/switch';

export function register(program: Command, cli: CliContext): void {
  const models = program
    .command('models')
    .description('models that are trained every night: versions, gates, what is live');
  registerList(models, cli);
  registerShow(models, cli);
  registerSwitch(models, cli, 'rollback');
  registerSwitch(models, cli, 'promote');
}

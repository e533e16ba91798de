import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerQuarantine } from '../quality/quarantine';
import { registerAlerts, registerScores } from '../quality/told';

export function register(program: Command, cli: CliContext): void {
  const quality = program
    .command('quality')
    .description('the stream checker: scores, alerts, bad rows and what it has learned');
  registerScores(quality, cli);
  registerAlerts(quality, cli);
  registerQuarantine(quality, cli);
}

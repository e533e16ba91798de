import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerImage } from '../quality/image';
import { registerLearn, registerOrders } from '../quality/learn';
import { registerProposals } from '../quality/proposals';
import { registerQuarantine } from '../quality/quarantine';
import { registerAlerts, registerScores } from '../quality/told';
import { registerTry } from '../quality/try';

export function register(program: Command, cli: CliContext): void {
  const quality = program
    .command('quality')
    .description('the stream checker: scores, alerts, bad rows and what it has learned');
  registerScores(quality, cli);
  registerAlerts(quality, cli);
  registerQuarantine(quality, cli);
  registerLearn(quality, cli);
  registerProposals(quality, cli);
  registerOrders(quality, cli);
  registerTry(quality, cli);
  registerImage(quality, cli);
}

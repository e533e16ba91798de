import type { Command } from 'commander';
import type { CliContext } from '../context';

/** Adds a command to the program. */
export type Register = (program: Command, cli: CliContext) => void;

/** Commands by name, in the order of the help. Only the one that was called is loaded: all of them take longer. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly register: Register }>>>;

/** What works everywhere; `checkout.ts` adds what needs a platform of our own. */
export const commands: Commands = {
  init: () => import('./init'),
  synth: () => import('./synth'),
  params: () => import('./params'),
  plan: () => import('./plan'),
  apply: () => import('./apply'),
  drift: () => import('./drift'),
  import: () => import('./import'),
  destroy: () => import('./destroy'),
  run: () => import('./run'),
  backfill: () => import('./backfill'),
  logs: () => import('./logs'),
  runs: () => import('./runs'),
  status: () => import('./status'),
  connections: () => import('./connections'),
  workers: () => import('./workers'),
};

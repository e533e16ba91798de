import type { Command } from 'commander';
import type { CliContext } from '../context';
import * as apply from './apply';
import * as backfill from './backfill';
import * as connections from './connections';
import * as destroy from './destroy';
import * as drift from './drift';
import * as importing from './import';
import * as init from './init';
import * as logs from './logs';
import * as params from './params';
import * as plan from './plan';
import * as run from './run';
import * as runs from './runs';
import * as status from './status';
import * as synth from './synth';
import * as workers from './workers';

/** Adds a command to the program. */
export type Register = (program: Command, cli: CliContext) => void;

/** What works everywhere, in the order of the help; `checkout.ts` adds what needs a platform of our own. */
export const commands: readonly Register[] = [
  init.register,
  synth.register,
  params.register,
  plan.register,
  apply.register,
  drift.register,
  importing.register,
  destroy.register,
  run.register,
  backfill.register,
  logs.register,
  runs.register,
  status.register,
  connections.register,
  workers.register,
];

import type { Command } from 'commander';
import type { CliContext } from '../context';
import * as apply from './apply';
import * as bench from './bench';
import * as connections from './connections';
import * as down from './down';
import * as init from './init';
import * as logs from './logs';
import * as plan from './plan';
import * as run from './run';
import * as runs from './runs';
import * as status from './status';
import * as synth from './synth';
import * as test from './test';
import * as up from './up';
import * as workers from './workers';

/** Every command, in the order of the help. */
export const commands: ReadonlyArray<(program: Command, cli: CliContext) => void> = [
  up.register,
  status.register,
  connections.register,
  down.register,
  init.register,
  synth.register,
  plan.register,
  apply.register,
  run.register,
  logs.register,
  runs.register,
  workers.register,
  test.register,
  bench.register,
];

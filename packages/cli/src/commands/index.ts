import type { Command } from 'commander';
import type { CliContext } from '../context';
import * as bench from './bench';
import * as connections from './connections';
import * as down from './down';
import * as status from './status';
import * as test from './test';
import * as up from './up';

/** Every command, in the order of the help. */
export const commands: ReadonlyArray<(program: Command, cli: CliContext) => void> = [
  up.register,
  status.register,
  connections.register,
  down.register,
  test.register,
  bench.register,
];

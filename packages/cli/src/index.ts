import { packages } from './packages';
import { runProgram } from './program';

/** The `dolphinstage` command of the npm packages: runs this process's command line, and ends the process. @public */
export function main(): Promise<void> {
  return runProgram(packages);
}

import { join } from 'node:path';
import { ROOT } from '../root';

/** The stream checker's program, which becomes one file where it is run. */
export const REPLICA_MAIN = join(ROOT, 'tasks/data-quality/src/replica/main.ts');
export const REPLICA_PROGRAM = 'dolphinstage-quality';

import { join } from 'node:path';

/** The folder `deploy`. */
export const DEPLOY = join(__dirname, '..');

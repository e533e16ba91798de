import { join } from 'node:path';

/** The checkout that this command belongs to. */
export const ROOT = join(__dirname, '../../..');

import { dirname, join } from 'node:path';

/** This package's folder. Not by `__dirname`, which is another one in a build. */
export const PACKAGE = dirname(require.resolve('@dolphinstage/cli/package.json'));

/** The checkout that this command belongs to. */
export const ROOT = join(PACKAGE, '../..');

import { dirname } from 'node:path';

/** This package's folder. Not by `__dirname`, which is another one in a build. */
export const PACKAGE = dirname(require.resolve('@dolphinstage/samples/package.json'));

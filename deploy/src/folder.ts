import { dirname } from 'node:path';

/** The folder `deploy`. Not by `__dirname`, which is another one in a build. */
export const DEPLOY = dirname(require.resolve('@dolphinstage/deploy/package.json'));

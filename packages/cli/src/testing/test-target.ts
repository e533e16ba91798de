import { writeFileSync } from 'node:fs';
import type { Home } from '@dolphinstage/embedded';
import { writeEmbeddedTarget } from '../platform/embedded-target';

/** A DolphinScheduler that takes the embedded one's place. */
export interface TestScheduler {
  readonly url: string;
  readonly tenant: string;
  /** Whose tasks of packs find what they need. Default: none that is there. */
  readonly environment?: string;
  /** Where bundles are put. Default: in the home. */
  readonly bundles?: string;
  /** What its tenant's connections file has. Default: nothing. */
  readonly connections?: object;
}

/** Says that a test's DolphinScheduler is the home's embedded one. */
export function writeTestTarget(
  home: Home,
  {
    url,
    tenant,
    environment = 'none',
    bundles = home.folder('bundles'),
    connections = {},
  }: TestScheduler,
): void {
  const file = home.file('connections.json');
  writeFileSync(file, JSON.stringify(connections), { mode: 0o600 });
  writeEmbeddedTarget(home, {
    url,
    delivery: 'path',
    bundles,
    environment,
    tenant,
    connections: file,
  });
}

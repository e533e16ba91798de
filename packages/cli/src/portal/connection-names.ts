import { dirname } from 'node:path';
import type { Home } from '@dolphinstage/embedded';
import { readConnections } from '@dolphinstage/task-kit';
import { asOwnerOf } from '../as-owner';
import { embeddedConnections } from '../platform/embedded-target';

/** What a form of the portal may say of a connection. */
export interface ConnectionName {
  readonly name: string;
  readonly kind: string;
}

/** The embedded tenant's connections, without what they lead to; none where their file can't be read. */
export function connectionNames(home: Home): ConnectionName[] {
  const file = embeddedConnections(home);
  if (file === undefined) return [];
  try {
    const connections = asOwnerOf(dirname(file), () => readConnections(file));
    return Object.entries(connections).map(([name, { kind }]) => ({ name, kind }));
  } catch {
    // Whoever uses it is told what is wrong with it; the portal starts without.
    return [];
  }
}

import { startedServers, type Home } from '@dolphinstage/embedded';
import type { Extra } from './extra';

/** What the platform of a home was started with, as another process sees it: by the servers that have begun. */
export function runningExtras(home: Home, registry: readonly Extra[]): Extra[] {
  const started = new Set(startedServers(home));
  return registry.filter(extra =>
    extra.servers(home, new Set()).some(({ name }) => started.has(name)),
  );
}

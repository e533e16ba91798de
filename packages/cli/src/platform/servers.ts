import { servers, type Home, type ServerDefinition } from '@dolphinstage/embedded';
import { oracleDouble, weatherApi } from '@dolphinstage/samples';
import { portal } from '../portal/server';
import type { Extra } from './extras';

/** What `up` starts: the servers, the sample sources that no embedded server is, the portal, what is wanted besides. */
export function platformServers(home: Home, extras: readonly Extra[]): readonly ServerDefinition[] {
  const names = new Set(extras.map(({ name }) => name));
  const further = extras.flatMap(extra => extra.servers(home, names));
  return [...servers, weatherApi, oracleDouble, portal(home, { beside: names }), ...further];
}

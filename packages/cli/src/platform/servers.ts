import { servers, type Home, type ServerDefinition } from '@dolphinstage/embedded';
import { oracleDouble, weatherApi } from '@dolphinstage/samples';
import { portal } from '../portal/server';

/** What `up` starts: the servers, the sample sources that no embedded server is, the portal. */
export function platformServers(home: Home): readonly ServerDefinition[] {
  return [...servers, weatherApi, oracleDouble, portal(home)];
}

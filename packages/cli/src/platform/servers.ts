import { servers, type ServerDefinition } from '@dolphinstage/embedded';
import { oracleDouble, weatherApi } from '@dolphinstage/samples';

/** What `up` starts: the platform, and the sample sources that no embedded server is. */
export const platformServers: readonly ServerDefinition[] = [...servers, weatherApi, oracleDouble];

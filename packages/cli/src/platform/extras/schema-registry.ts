import { schemaRegistry as server } from '@dolphinstage/embedded';
import { REGISTRY, registryUrl } from '../registry';
import type { Extra } from './extra';

/** A schema registry with Confluent's API; `status` says where. */
export const schemaRegistry: Extra = {
  name: REGISTRY,
  title: "a schema registry (Apicurio) with Confluent's API, for streams whose rows name schemas",
  servers: () => [server],
  connections: ({ endpointOf }) => ({
    [REGISTRY]: { kind: 'http', baseUrl: registryUrl(new Set([REGISTRY]), endpointOf)! },
  }),
};

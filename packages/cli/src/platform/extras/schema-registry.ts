import { schemaRegistry as server } from '@dolphinstage/embedded';
import type { Extra } from './extra';

/** A schema registry with Confluent's API; `status` says where. */
export const schemaRegistry: Extra = {
  name: 'schema-registry',
  title: "a schema registry (Apicurio) with Confluent's API, for streams whose rows name schemas",
  servers: () => [server],
  connections: ({ endpointOf }) => ({
    'schema-registry': {
      kind: 'http',
      baseUrl: process.env.SCHEMA_REGISTRY_URL ?? endpointOf(server.name).url,
    },
  }),
};

import { schemaRegistry, type Endpoint } from '@dolphinstage/embedded';

/** The schema registry's server, and the extra that starts it. */
export const REGISTRY = schemaRegistry.name;

/**
 * Where schemas of rows are: where the environment says, else at the registry that is started beside.
 *
 * @param beside - names of all extras that are started.
 */
export function registryUrl(
  beside: ReadonlySet<string>,
  endpointOf: (server: string) => Endpoint,
): string | undefined {
  const own = beside.has(REGISTRY) ? endpointOf(REGISTRY).url : undefined;
  return process.env.SCHEMA_REGISTRY_URL ?? own;
}

import type { Connections } from '@dolphinstage/task-kit';
import { QualityError } from '../errors';
import { SchemaRegistry } from './schema-registry';

/** The connection that is used where none is named. */
const USUAL = 'schema-registry';

/**
 * The schema registry that an http connection leads to: a token is sent as Bearer, an account in its address as Basic.
 *
 * @param name - the connection's; unless told `schema-registry`, where there is one.
 * @returns undefined where no name is told and there is no `schema-registry`.
 * @throws QualityError `OPTION_INVALID` when it is no http connection.
 * @public
 */
export function openRegistry(connections: Connections, name?: string): SchemaRegistry | undefined {
  const settings = connections[name ?? USUAL];
  if (settings?.kind === 'http') return new SchemaRegistry(settings);
  if (name === undefined && !settings) return undefined;
  throw new QualityError('OPTION_INVALID', `${name ?? USUAL} is no http connection`, {
    todo: 'Add it to the connections file, or name another one.',
  });
}

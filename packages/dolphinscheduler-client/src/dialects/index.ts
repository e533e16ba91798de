import type { ServerLine } from '../client';
import { ClientError } from '../errors';
import type { Dialect } from './dialect';
import { v31 } from './v3.1';

/** To speak another line, write its file and name it here. */
const DIALECTS: Partial<Record<ServerLine, Dialect>> = { '3.1': v31 };

/** @throws ClientError `CLIENT_UNSUPPORTED` for a line that is known but not spoken. */
export function dialectFor(line: ServerLine): Dialect {
  const dialect = DIALECTS[line];
  if (dialect) return dialect;
  throw new ClientError(
    'CLIENT_UNSUPPORTED',
    `DolphinScheduler's line ${line} isn't supported yet`,
    {
      endpoint: 'client options',
      todo: `Use a server of line ${Object.keys(DIALECTS).join(' or ')}.`,
    },
  );
}

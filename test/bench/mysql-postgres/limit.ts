import { run } from '@dolphinstage/embedded';
import { measure, type BenchContext } from '../../src/bench';
import { COLUMNS, TABLE, type Source } from './orders';
import type { Way } from './target';

/**
 * The two servers' own clients and a pipe between them: C on both sides, no staging, nothing checked. It would take a
 * text `NULL` for a null; the table has none.
 */
export async function limit(
  context: BenchContext,
  { settings: from }: Source,
): Promise<{ way: Way; command: string; versions: Record<string, string> }> {
  const { machine, report } = context;
  const mariadb = await machine.need('mariadb', 'mariadb-client-core', report);
  const psql = await machine.need('psql', 'postgresql-client', report);
  const command =
    `mariadb --no-defaults --quick --batch --skip-column-names --default-character-set=utf8mb4 ` +
    `-e 'select ${COLUMNS.join(', ')} from ${TABLE}' "$MYSQL_DATABASE" | ` +
    `psql -X -q -v ON_ERROR_STOP=1 -c "\\copy ${TABLE} from pstdin with (null 'NULL')"`;
  const versions = {
    mariadb_client: (await run(mariadb, ['--version'])).trim().replace(mariadb, 'mariadb'),
    psql: (await run(psql, ['--version'])).trim(),
  };
  const way: Way = {
    name: 'limit',
    needs: 'table',
    table: TABLE,
    run: to =>
      measure(context, 'sh', ['-c', command], {
        env: {
          MYSQL_HOST: from.host,
          MYSQL_TCP_PORT: String(from.port),
          MYSQL_PWD: from.password,
          MYSQL_DATABASE: from.database,
          USER: from.user,
          PGHOST: to.host,
          PGPORT: String(to.port),
          PGUSER: to.user,
          PGPASSWORD: to.password,
          PGDATABASE: to.database,
        },
      }),
  };
  return { way, command, versions };
}

import { ensureDatabase, withPostgres, type Endpoint } from '@dolphinstage/embedded';

/** The database that holds the warehouse and, beside it, `ops`: so that offsets commit with the rows. */
export const WAREHOUSE = 'warehouse';

/** Makes the warehouse's database and its owner, whose password becomes the given one. */
export async function prepareWarehouse(server: Endpoint, password: string): Promise<void> {
  await ensureDatabase(server, WAREHOUSE);
  await withPostgres(server, WAREHOUSE, async client => {
    const owner = client.escapeIdentifier(WAREHOUSE);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [WAREHOUSE]);
    if (!rowCount) await client.query(`create role ${owner} login`);
    await client.query(`alter role ${owner} password ${client.escapeLiteral(password)}`);
    await client.query(`alter database ${owner} owner to ${owner}`);
    await client.query(`alter schema public owner to ${owner}`);
  });
}

import { fill, type Queryable, quote } from '@dolphinstage/task-kit';
import type { Column, Contract } from './contract';
import { WarehouseError } from './errors';

type Asset = (path: string) => string;

/** The contract's columns, quoted, with commas between. */
export function columnList(contract: Contract, prefix = ''): string {
  return contract.columns.map(column => `${prefix}${quote(column.name)}`).join(', ');
}

/** Makes the schemas and the quarantine where they are missing. */
export async function ensureSchemas(db: Queryable, asset: Asset): Promise<void> {
  await db.query(asset('sql/schema.sql'));
}

/** Makes the raw table where it is missing, and adds columns that the contract has got since. */
export async function ensureRawTable(
  db: Queryable,
  asset: Asset,
  contract: Contract,
): Promise<void> {
  await db.query(
    fill(asset('sql/raw-table.sql'), {
      table: quote(contract.dataset),
      index: quote(`${contract.dataset}_extraction`),
      columns: contract.columns.map(column => `${quote(column.name)} text`).join(',\n  '),
    }),
  );
  await addColumns(db, asset, 'raw', contract, () => 'text');
}

/**
 * Makes the cleaned table where it is missing, and adds columns that the contract has got since.
 *
 * @throws WarehouseError `CONTRACT_MISMATCH` when a column has another type there.
 */
export async function ensureCleanedTable(
  db: Queryable,
  asset: Asset,
  contract: Contract,
): Promise<void> {
  await db.query(
    fill(asset('sql/cleaned-table.sql'), {
      table: quote(contract.dataset),
      index: quote(`${contract.dataset}_extraction`),
      columns: contract.columns
        .map(column => `${quote(column.name)} ${column.type}${column.nullable ? '' : ' not null'}`)
        .join(',\n  '),
      key: contract.key.map(quote).join(', '),
    }),
  );
  await addColumns(db, asset, 'cleaned', contract, column => column.type);
}

async function addColumns(
  db: Queryable,
  asset: Asset,
  schema: 'raw' | 'cleaned',
  contract: Contract,
  typeOf: (column: Column) => string,
): Promise<void> {
  const wanted = contract.columns.map(column => ({ name: column.name, type: typeOf(column) }));
  const { rows } = await db.query<{ name: string; present: boolean; fits: boolean }>(
    asset('sql/table-columns.sql'),
    [schema, contract.dataset, JSON.stringify(wanted)],
  );
  const table = `${schema}.${quote(contract.dataset)}`;
  const other = rows.filter(row => row.present && !row.fits).map(row => row.name);
  if (other.length > 0) {
    throw new WarehouseError(
      'CONTRACT_MISMATCH',
      `other types than in the contract: ${other.join(', ')}`,
      {
        where: table,
        todo: 'Change the columns in the database as well, or give the contract a new data set.',
      },
    );
  }
  for (const { name } of rows.filter(row => !row.present)) {
    const type = wanted.find(column => column.name === name)?.type ?? 'text';
    // Rows that are there lack it, so it can't be `not null`.
    await db.query(`alter table ${table} add column if not exists ${quote(name)} ${type}`);
  }
}

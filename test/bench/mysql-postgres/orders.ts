import { Readable } from 'node:stream';
import { openMysql, type ConnectionSettings } from '@dolphinstage/task-kit';
import type { BenchContext } from '../../src/bench';
import { seededRandom } from '../../src/random';

/** Rows of the source table. */
export const ROWS = 1_000_000;
const SEED = 20_261_123;
/** Raise it when the generator changes: tables that an older one made are made anew. */
const GENERATOR = 1;
const CHUNK_ROWS = 2_000;
const DATABASE = 'bench_mysql_postgres';
export const TABLE = 'orders';

/** The columns with their types, which MariaDB and PostgreSQL read alike. */
const COLUMN_TYPES = {
  id: 'bigint not null',
  customer_id: 'int not null',
  product_id: 'int null',
  quantity: 'smallint null',
  sku: 'varchar(20) not null',
  status: 'varchar(12) not null',
  city: 'varchar(40) not null',
  amount: 'decimal(12,2) not null',
  ordered_at: '{datetime} not null',
  note: 'varchar(120) null',
};
export const COLUMNS = Object.keys(COLUMN_TYPES);

/** The column definitions for `create table`. */
export function columnDefinitions(datetime: 'datetime' | 'timestamp'): string {
  return Object.entries(COLUMN_TYPES)
    .map(([name, type]) => `${name} ${type.replace('{datetime}', datetime)}`)
    .join(', ');
}

const STATUSES = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned'];
const CITIES = ['Tromsø', 'Trondheim', 'Oslo', 'Bergen', 'Ålesund', 'Bodø', 'São Paulo', '京都'];
const WORDS = ['leave', 'at', 'the', 'door', 'call', 'before', 'gift', 'fragile', 'ring', 'twice'];
const YEARS_S = 3 * 365 * 86_400;
const FIRST_S = Date.UTC(2023, 0, 1) / 1000;

/** Lines for LOAD DATA, whose defaults are those of COPY text. Some notes hold what must be escaped. */
function* orderLines(): Generator<string, void, undefined> {
  const next = seededRandom(SEED);
  const whole = (below: number) => Math.floor(next() * below);
  const pick = (list: readonly string[]) => list[whole(list.length)] as string;
  const note = () => {
    const words = Array.from({ length: 3 + whole(5) }, () => pick(WORDS)).join(' ');
    return next() < 0.02 ? `${words}\\t"quoted"\\\\\\n'${pick(CITIES)}'` : words;
  };
  let chunk = '';
  for (let id = 1; id <= ROWS; id++) {
    const at = new Date((FIRST_S + whole(YEARS_S)) * 1000).toISOString();
    chunk += `${id}\t${1 + whole(200_000)}\t${next() < 0.1 ? '\\N' : 1 + whole(50_000)}\t${
      next() < 0.05 ? '\\N' : 1 + whole(20)
    }\tSKU-${whole(36 ** 6)
      .toString(36)
      .toUpperCase()
      .padStart(6, '0')}\t${pick(STATUSES)}\t${pick(
      CITIES,
    )}\t${(whole(1_000_000) / 100).toFixed(2)}\t${at.slice(0, 10)} ${at.slice(11, 19)}\t${
      next() < 0.2 ? '\\N' : note()
    }\n`;
    if (id % CHUNK_ROWS === 0 || id === ROWS) {
      yield chunk;
      chunk = '';
    }
  }
}

/** What every copy of the table must agree on. */
export interface Fingerprint {
  rows: number;
  /** Sum of the CRC-32s of the rows, written the same way on both sides. */
  checksum: string;
}

/** The source as it stands in MariaDB. */
export interface Source {
  settings: ConnectionSettings<'mysql'>;
  version: string;
  /** Of the rows as COPY text. */
  bytes: number;
  fingerprint: Fingerprint;
}

const FINGERPRINT = `select version(), count(*),
  cast(sum(crc32(concat_ws('|', ${COLUMNS.map(column => `ifnull(${column}, '~')`).join(', ')}))) as char),
  cast(sum(octet_length(concat_ws('|', ${COLUMNS.map(column => `ifnull(${column}, '~~')`).join(', ')})) + 1) as char)
from ${TABLE}`;

/** Makes the table unless a former run has left it, and takes its fingerprint. */
export async function prepareSource({ platform, report }: BenchContext): Promise<Source> {
  const account = { kind: 'mysql', tls: 'off', ...platform.mariadb } as const;
  const root = await openMysql({ ...account, database: 'mysql' }, { connectionLimit: 1 });
  try {
    await root.query(`create database if not exists ${DATABASE} character set utf8mb4`);
  } finally {
    await root.end();
  }
  const settings = { ...account, database: DATABASE };
  const pool = await openMysql(settings, { connectionLimit: 1 });
  try {
    const mark = `rows ${ROWS}, seed ${SEED}, generator ${GENERATOR}`;
    const [found] = await pool.query({
      sql: 'select table_comment from information_schema.tables where table_schema = ? and table_name = ?',
      values: [DATABASE, TABLE],
      rowsAsArray: true,
    });
    if ((found as unknown[][])[0]?.[0] !== mark) {
      report(`loading ${ROWS} rows into MariaDB, once`);
      await pool.query(`drop table if exists ${TABLE}, loading`);
      await pool.query(
        `create table loading (${columnDefinitions('datetime')}, primary key (id)) comment '${mark}'`,
      );
      await pool.query({
        sql: `load data local infile 'orders' into table loading character set utf8mb4 (${COLUMNS.join(', ')})`,
        infileStreamFactory: () => Readable.from(orderLines()).map(text => Buffer.from(text)),
      });
      await pool.query(`rename table loading to ${TABLE}`);
      await pool.query(`analyze table ${TABLE}`);
    }
    const [rows] = await pool.query({ sql: FINGERPRINT, rowsAsArray: true });
    const [version, count, checksum, bytes] = (rows as unknown[][])[0] ?? [];
    return {
      settings,
      version: String(version),
      bytes: Number(bytes),
      fingerprint: { rows: Number(count), checksum: String(checksum) },
    };
  } finally {
    await pool.end();
  }
}

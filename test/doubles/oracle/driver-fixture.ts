import oracledb, {
  type BindParameters,
  type Connection,
  type ConnectionAttributes,
} from 'oracledb';
import { oracleForTests } from './test-database';

/** A connection to the database under test, and tables that go with it. */
export class DriverFixture {
  private readonly tables: string[] = [];

  private constructor(
    private readonly database: Awaited<ReturnType<typeof oracleForTests>>,
    readonly connection: Connection,
  ) {}

  static async open(name: string): Promise<DriverFixture> {
    const database = await oracleForTests(name);
    return new DriverFixture(database, await oracledb.getConnection(database.attributes));
  }

  get attributes(): ConnectionAttributes & { connectString: string } {
    return this.database.attributes;
  }

  connect(): Promise<Connection> {
    return oracledb.getConnection(this.attributes);
  }

  async rowsOf(sql: string, binds: unknown[] = [], on = this.connection) {
    return (await on.execute<unknown[]>(sql, binds as BindParameters)).rows;
  }

  /** @returns the table's name, which no other run has: a real database may be shared. */
  async createTable(name: string, columns: string): Promise<string> {
    const table = `ds_${name}_${process.pid}`;
    await this.connection.execute(`CREATE TABLE ${table} (${columns})`);
    this.tables.push(table);
    return table;
  }

  /** A table (id, text) with the ids from 0 to 10^digits − 1, made in the database. */
  async createNumbers(name: string, digits: number): Promise<string> {
    const digit = await this.createTable(`${name}_digits`, 'n NUMBER(1)');
    const ten = Array.from({ length: 10 }, (_, n) => [n]);
    await this.connection.executeMany(`INSERT INTO ${digit} (n) VALUES (:1)`, ten);
    const numbers = await this.createTable(name, 'id NUMBER(10) PRIMARY KEY, text VARCHAR2(200)');
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, digits);
    const sum = names.map((alias, power) => `${alias}.n * ${10 ** power}`).join(' + ');
    const from = names.map(alias => `${digit} ${alias}`).join(' CROSS JOIN ');
    await this.connection.execute(
      `INSERT INTO ${numbers} (id, text) SELECT ${sum}, RPAD('row', 120, 'x') FROM ${from}`,
    );
    await this.connection.commit();
    return numbers;
  }

  async close(): Promise<void> {
    for (const table of this.tables) await this.connection.execute(`DROP TABLE ${table} PURGE`);
    await this.connection.close();
    await this.database.stop();
  }
}

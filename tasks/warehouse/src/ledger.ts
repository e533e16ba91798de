import { type Queryable, statements } from '@dolphinstage/task-kit';
import { WarehouseError } from './errors';

/** PostgreSQL's code. */
const UNIQUE_VIOLATION = '23505';

type StatementName =
  | 'ready'
  | 'cursor'
  | 'open'
  | 'seal'
  | 'sealed_attempt'
  | 'sealed'
  | 'take'
  | 'lock'
  | 'blocks'
  | 'progress'
  | 'loaded'
  | 'advance'
  | 'lock_dataset'
  | 'set_aside'
  | 'leftovers'
  | 'take_back'
  | 'delete_blocks'
  | 'uncleaned'
  | 'cleaned'
  | 'unanalysed'
  | 'analysed'
  | 'taken_in';

/** Keys from the first up to and with the second. */
export type KeyRange = readonly [number, number];

/** Where an extraction begins. */
export interface CursorState {
  cursor: string | null;
  late: KeyRange[];
}

/** A row of `ops.extraction`; PostgreSQL's bigints and numerics come as text. */
export interface ExtractionRow {
  id: string;
  extraction: string;
  attempt: number;
  source: string;
  dataset: string;
  load: 'incremental' | 'full';
  contract: number;
  state: string;
  cursor_from: string | null;
  cursor_to: string | null;
  source_rows: string;
  rows: string;
  quarantined: string;
  bytes: string;
  blocks: number;
  checksum: string;
  cluster_id: string;
  topic: string;
  kafka_partition: number;
  offset_from: string | null;
  offset_to: string | null;
  next_offset: string | null;
  next_sequence: number;
  loaded_rows: string;
  loaded_quarantined: string;
  loaded_checksum: string;
}

/** What opening an attempt writes down. */
export interface NewAttempt {
  extraction: string;
  source: string;
  dataset: string;
  load: 'incremental' | 'full';
  contract: number;
  from: CursorState;
  clusterId: string;
  topic: string;
  partition: number;
}

/** What sealing an attempt says of it. */
export interface Seal {
  cursorTo: string | null;
  late: KeyRange[];
  sourceRows: number;
  rows: number;
  quarantined: number;
  bytes: number;
  blocks: number;
  checksum: bigint;
  offsetFrom: bigint | null;
  offsetTo: bigint | null;
}

/** The statements on the warehouse's tables in `ops`; each takes the pool or the client of a transaction. @public */
export class Ledger {
  private readonly sql: Record<StatementName, string>;

  constructor(asset: (path: string) => string) {
    this.sql = statements<StatementName>(asset('sql/ledger.sql'));
  }

  /** @throws WarehouseError `WAREHOUSE_NOT_READY`. */
  async requireReady(db: Queryable): Promise<void> {
    const { rows } = await db.query<{ migrated: boolean; encoding: string; version: number }>(
      this.sql.ready,
    );
    const found = rows[0];
    if (found?.migrated && found.encoding === 'UTF8' && found.version >= 180_000) return;
    throw new WarehouseError(
      'WAREHOUSE_NOT_READY',
      found?.migrated
        ? `the database is PostgreSQL ${found.version} with ${found.encoding}; 18 and UTF8 are needed`
        : 'the schema ops lacks the tables of the warehouse',
      {
        where: 'the connection of the input `warehouse`',
        todo: found?.migrated
          ? 'Use a database of PostgreSQL 18 or newer, made with encoding UTF8.'
          : 'Run migrateOps with the folder sql/ops of this pack on it.',
      },
    );
  }

  async cursor(db: Queryable, dataset: string): Promise<CursorState> {
    const { rows } = await db.query<{ cursor: string | null; late: KeyRange[] }>(this.sql.cursor, [
      dataset,
    ]);
    return rows[0] ?? { cursor: null, late: [] };
  }

  /** @throws WarehouseError `FENCED` when another opens one at the same time. */
  async open(db: Queryable, attempt: NewAttempt): Promise<{ id: string; attempt: number }> {
    const opening = db.query<{ id: string; attempt: number }>(this.sql.open, [
      attempt.extraction,
      attempt.source,
      attempt.dataset,
      attempt.load,
      attempt.contract,
      attempt.from.cursor,
      JSON.stringify(attempt.from.late),
      attempt.clusterId,
      attempt.topic,
      attempt.partition,
    ]);
    const { rows } = await opening.catch(cause => {
      throw (cause as { code?: unknown }).code === UNIQUE_VIOLATION
        ? fenced(attempt.extraction)
        : cause;
    });
    return rows[0] as { id: string; attempt: number };
  }

  /** @throws WarehouseError `FENCED` when a newer attempt of the extraction has been opened. */
  async seal(db: Queryable, id: string, seal: Seal): Promise<void> {
    const { rowCount } = await db.query(this.sql.seal, [
      id,
      seal.cursorTo,
      JSON.stringify(seal.late),
      seal.sourceRows,
      seal.rows,
      seal.quarantined,
      seal.bytes,
      seal.blocks,
      seal.checksum.toString(),
      seal.offsetFrom?.toString(),
      seal.offsetTo?.toString(),
    ]);
    if (rowCount !== 1) throw fenced(`extraction ${id}`);
  }

  /** The newest attempt of an extraction that is sealed and waits for the loader. */
  async sealedAttempt(db: Queryable, extraction: string): Promise<ExtractionRow | undefined> {
    const { rows } = await db.query<ExtractionRow>(this.sql.sealed_attempt, [extraction]);
    return rows[0];
  }

  /** All of a data set that wait for the loader, the newest first. */
  async sealed(db: Queryable, dataset: string): Promise<ExtractionRow[]> {
    return (await db.query<ExtractionRow>(this.sql.sealed, [dataset])).rows;
  }

  /** Makes the caller the data set's loader: every former one is fenced off. */
  async take(db: Queryable, dataset: string): Promise<{ loader: string; cursor: string | null }> {
    const { rows } = await db.query<{ loader: string; cursor: string | null }>(this.sql.take, [
      dataset,
    ]);
    return rows[0] as { loader: string; cursor: string | null };
  }

  /**
   * Locks the data set and the extraction until the transaction ends.
   *
   * @throws WarehouseError `FENCED`.
   */
  async lock(
    db: Queryable,
    expected: { dataset: string; loader: string; id: string; nextSequence: number },
  ): Promise<void> {
    const { rows } = await db.query<{ loader: string; state: string; next_sequence: number }>(
      this.sql.lock,
      [expected.dataset, expected.id],
    );
    const found = rows[0];
    if (
      found?.loader !== expected.loader ||
      found.state !== 'sealed' ||
      found.next_sequence !== expected.nextSequence
    ) {
      throw fenced(`${expected.dataset}, extraction ${expected.id}`);
    }
  }

  async addBlocks(db: Queryable, id: string, blocks: readonly LoadedBlock[]): Promise<void> {
    await db.query(this.sql.blocks, [id, JSON.stringify(blocks)]);
  }

  async progress(db: Queryable, id: string, progress: LoadProgress): Promise<void> {
    await db.query(this.sql.progress, [
      id,
      progress.nextOffset.toString(),
      progress.nextSequence,
      progress.rows,
      progress.quarantined,
      progress.checksum.toString(),
    ]);
  }

  /** The extraction is in raw: the next one begins where it ended. */
  async complete(db: Queryable, dataset: string, id: string): Promise<void> {
    await db.query(this.sql.loaded, [id]);
    await db.query(this.sql.advance, [dataset, id]);
  }

  /**
   * A sealed extraction will not be loaded.
   *
   * @throws WarehouseError `FENCED` when it isn't sealed any more.
   */
  async setAside(db: Queryable, id: string, state: 'superseded' | 'lost'): Promise<void> {
    const { rowCount } = await db.query(this.sql.set_aside, [id, state]);
    if (rowCount !== 1) throw fenced(`extraction ${id}`);
  }

  /** Extractions that were set aside after some of them had been loaded. */
  async leftovers(db: Queryable, dataset: string): Promise<string[]> {
    return (await db.query<{ id: string }>(this.sql.leftovers, [dataset])).rows.map(row => row.id);
  }

  /**
   * Forgets what was loaded of an extraction that was set aside; its rows go in the same transaction.
   *
   * @throws WarehouseError `FENCED` for a loader that isn't the newest.
   */
  async takeBack(
    db: Queryable,
    { dataset, loader, id }: { dataset: string; loader: string; id: string },
  ): Promise<void> {
    const { rows } = await db.query<{ loader: string }>(this.sql.lock_dataset, [dataset]);
    if (rows[0]?.loader !== loader) throw fenced(`${dataset}, extraction ${id}`);
    const { rowCount } = await db.query(this.sql.take_back, [id]);
    if (rowCount !== 1) throw fenced(`${dataset}, extraction ${id}`);
    await db.query(this.sql.delete_blocks, [id]);
  }

  /** Rows of a data set that all loaded extractions have brought, to raw or to quarantine. */
  async takenIn(db: Queryable, dataset: string): Promise<number> {
    const { rows } = await db.query<{ taken_in: string }>(this.sql.taken_in, [dataset]);
    return Number(rows[0]?.taken_in);
  }

  /** Loaded extractions that a later step has not taken yet. */
  async pending(db: Queryable, dataset: string, step: 'clean' | 'analyse'): Promise<string[]> {
    const sql = step === 'clean' ? this.sql.uncleaned : this.sql.unanalysed;
    return (await db.query<{ id: string }>(sql, [dataset])).rows.map(row => row.id);
  }

  async done(db: Queryable, ids: readonly string[], step: 'clean' | 'analyse'): Promise<void> {
    await db.query(step === 'clean' ? this.sql.cleaned : this.sql.analysed, [ids]);
  }
}

/** A block in raw. */
export interface LoadedBlock {
  sequence: number;
  kind: 'rows' | 'quarantine';
  rows: number;
  checksum: number;
  kafka_offset: string;
  first_key: string | null;
  last_key: string | null;
}

/** How far a loader is with an extraction. */
export interface LoadProgress {
  nextOffset: bigint;
  nextSequence: number;
  rows: number;
  quarantined: number;
  checksum: bigint;
}

function fenced(where: string): WarehouseError {
  return new WarehouseError('FENCED', 'a newer attempt does this work', {
    where,
    todo: 'Nothing: that attempt goes on. This one has written nothing that counts.',
  });
}

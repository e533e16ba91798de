import {
  MAX_BLOCK_BYTES,
  connectionInput,
  ensureTopic,
  openKafka,
  openPostgres,
  type ConnectionRef,
  type TaskContext,
} from '@dolphinstage/task-kit';
import type { Pool } from 'pg';
import { z } from 'zod';
import { DATASETS, ownContract, readContracts, type Contract, type SourceSystem } from './contract';
import { WarehouseError } from './errors';
import { extract, type ExtractionSummary, type SourceReader } from './extract/extraction';
import { Ledger } from './ledger';

/** The topic that the sources' blocks go through. */
export const STAGING_TOPIC = 'warehouse-staging';

/** The topic's name, as an input. */
export const topicInput = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{1,249}$/)
  .default(STAGING_TOPIC);

const contractInput = z.record(z.string(), z.unknown()).superRefine((value, ctx) => {
  try {
    ownContract(value);
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/**
 * Which data sets a task takes: those of this pack, by name, and those that the workflow brings contracts of. All of the
 * pack's kind where it says neither.
 */
export function datasetsInput(datasets: readonly string[]) {
  return {
    datasets: z
      .array(z.enum(datasets as [string, ...string[]]))
      .min(1)
      .optional(),
    /** JSON Schemas of rows, as those in `contracts/`. */
    contracts: z.array(contractInput).min(1).optional(),
  };
}

export const allDatasets = datasetsInput(DATASETS);

/** What all extraction tasks take beside their source. */
export const stagingInput = {
  /** Where blocks go. */
  kafka: connectionInput('kafka'),
  /** Where the ledger is, with cursors and seals. */
  warehouse: connectionInput('postgres'),
  topic: topicInput,
  /** The largest message, in bytes; less only where the topic takes less. */
  blockBytes: z.int().min(4096).max(MAX_BLOCK_BYTES).default(MAX_BLOCK_BYTES),
};

/** What an extraction task hands on. */
export const extractionOutput = z.object({
  datasets: z.array(
    z.object({
      dataset: z.string(),
      extraction: z.string(),
      attempt: z.int(),
      sourceRows: z.int(),
      rows: z.int(),
      quarantined: z.int(),
      bytes: z.int(),
    }),
  ),
});

/** Opens the warehouse's database, hands it on, and closes it. */
export async function withWarehouse<T>(
  ctx: TaskContext,
  warehouse: ConnectionRef<'postgres'>,
  use: (db: Pool, ledger: Ledger) => Promise<T>,
): Promise<T> {
  const db = await openPostgres(ctx.connection(warehouse));
  try {
    const ledger = new Ledger(path => ctx.asset(path));
    await ledger.requireReady(db);
    return await use(db, ledger);
  } finally {
    await db.end();
  }
}

/** What an input says of data sets. */
interface DatasetsInput {
  datasets?: readonly string[];
  contracts?: readonly Record<string, unknown>[];
}

/**
 * The contracts that an input asks for.
 *
 * @param kind - which of the pack's data sets are meant where it asks for none.
 * @throws WarehouseError `CONTRACT_INVALID`, also where one is of another kind of system than `system`.
 */
export function contractsOf(
  ctx: TaskContext,
  { datasets, contracts = [] }: DatasetsInput,
  kind: readonly string[] = DATASETS,
  system?: SourceSystem,
): Contract[] {
  const names = datasets ?? (contracts.length > 0 ? [] : kind);
  const all = [
    ...readContracts(path => ctx.asset(path), names),
    ...contracts.map(contract => ownContract(contract)),
  ];
  const other = all.find(contract => system && contract.system !== system);
  if (!other) return all;
  throw new WarehouseError(
    'CONTRACT_INVALID',
    `it says that it comes from ${other.system}, not from ${system}`,
    { where: other.dataset, todo: `Use the task for ${other.system}.` },
  );
}

/** What an extraction task's input has in any case. */
interface StagingInput {
  kafka: ConnectionRef<'kafka'>;
  warehouse: ConnectionRef<'postgres'>;
  topic: string;
  blockBytes: number;
}

/** Extracts data sets one after the other: they share the source, which should not feel us. */
export async function extractAll(
  ctx: TaskContext,
  input: StagingInput,
  source: string,
  contracts: readonly Contract[],
  readerOf: (contract: Contract, tools: { db: Pool; ledger: Ledger }) => SourceReader,
): Promise<{ datasets: ExtractionSummary[] }> {
  return withWarehouse(ctx, input.warehouse, async (db, ledger) => {
    const kafka = await openKafka(ctx.connection(input.kafka));
    const topic = { name: input.topic, ...(await ensureTopic(kafka, { topic: input.topic })) };
    const datasets: ExtractionSummary[] = [];
    for (const contract of contracts) {
      const tools = {
        db,
        ledger,
        kafka,
        topic,
        runId: ctx.run.id,
        log: ctx.log,
        progress: ctx.progress,
        counters: ctx.counters,
        blockBytes: input.blockBytes,
      };
      datasets.push(await extract(tools, contract, source, readerOf(contract, tools)));
    }
    return { datasets };
  });
}

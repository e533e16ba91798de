import {
  listQuarantine,
  QualityError,
  readKept,
  replayQuarantine,
  type QualityTopics,
  type QuarantinedRow,
  type ReplayResult,
} from '@dolphinstage/tasks-data-quality';
import type { Kafka } from 'kafkajs';
import type { Contracts } from './contracts';
import type { QuarantineStore, StoredRow } from './quarantine';

export { redactRow as redact } from '@dolphinstage/tasks-data-quality';

/** So many reasons are told. */
const MOST_REASONS = 10;

/** The quarantine's topic on a Kafka. */
export function quarantineStore({
  kafka,
  topics,
  contracts,
}: {
  readonly kafka: () => Promise<Kafka>;
  readonly topics: QualityTopics;
  readonly contracts: Contracts;
}): QuarantineStore {
  return {
    async list(query) {
      const kept = await listQuarantine(await kafka(), { topics, ...query });
      const decoded = await decode(
        kept.filter(({ value }) => value !== undefined && !rowOf(value)),
        contracts,
      );
      return kept.map(each => storedRow(each, rowOf(each.value) ?? decoded.get(each.id)));
    },
    async replay(order) {
      const done = await replayQuarantine(await kafka(), {
        topics,
        ...order,
        contracts: contracts.inForce(),
      });
      return {
        replayed: done.replayed.length,
        skipped: done.skipped.length,
        stillBad: done.stillBad.length,
        reasons: reasonsOf(done),
      };
    },
  };
}

/** By their ids, what a schema registry makes of rows. None where it can't be had: what else is known is shown without it. */
async function decode(
  kept: readonly QuarantinedRow[],
  contracts: Contracts,
): Promise<ReadonlyMap<string, StoredRow['row']>> {
  try {
    const read = kept.length > 0 ? await readKept(kept, contracts.inForce()) : [];
    return new Map(kept.map(({ id }, at) => [id, read[at]?.row]));
  } catch (error) {
    if (error instanceof QualityError) return new Map();
    throw error;
  }
}

function storedRow(kept: QuarantinedRow, row: StoredRow['row']): StoredRow {
  const { id, version, check, field, detail, origin, time, replayed } = kept;
  return {
    id,
    check,
    origin,
    time: new Date(time).toISOString(),
    ...(Number.isNaN(version) ? {} : { version }),
    ...(field ? { field } : {}),
    ...(detail ? { detail } : {}),
    ...(row ? { row } : {}),
    ...(replayed ? { replayed: { ...replayed, at: new Date(replayed.at).toISOString() } } : {}),
  };
}

/** Undefined for what is no JSON object: of that nobody knows which part a contract would redact. */
function rowOf(value: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(value?.toString() ?? '');
    const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
    return isRow ? (row as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function reasonsOf({ skipped, stillBad }: ReplayResult): string[] {
  const bad = stillBad.map(({ field, detail }) => `${field} ${detail}`.trim());
  return [...new Set([...bad, ...skipped.map(({ reason }) => reason)])].slice(0, MOST_REASONS);
}

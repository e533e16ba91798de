import { BlockDecoder, RangeReader, readBlock, type DecodedRow } from '@dolphinstage/task-kit';
import type { Kafka } from 'kafkajs';
import type { Pool } from 'pg';
import { keyIndexes, type Contract } from '../contract';

/** A block of raw whose rows aren't those that were loaded. */
export interface BlockMismatch {
  extraction_id: string;
  sequence: number;
  expected_rows: number;
  actual_rows: string;
  kafka_offset: string | null;
  first_key: string | null;
  last_key: string | null;
}

/** A row or a block that isn't as it should be. */
export interface Fault {
  stage: 'source' | 'raw' | 'cleaned' | 'analytics';
  fault: 'missing' | 'differs' | 'extra';
  /** A row's key, or the first and last of a block. */
  key: string;
}

/** Where a mismatch's block stood in Kafka. */
export interface BlockPlace {
  topic: string;
  partition: number;
  extraction: string;
  attempt: number;
}

/**
 * Names the rows that make a block of raw differ: by the block itself where Kafka still has it, else by its first and
 * last key.
 */
export async function blockFaults(
  tools: { db: Pool; kafka: Kafka; rawLines: string },
  contract: Contract,
  mismatch: BlockMismatch,
  place: BlockPlace,
): Promise<Fault[]> {
  const staged = await readStaged(tools.kafka, mismatch, place);
  if (!staged) return [wholeBlock(mismatch)];
  const { rows: lines } = await tools.db.query<{ key: string; crc: string }>(tools.rawLines, [
    mismatch.extraction_id,
    mismatch.sequence,
  ]);
  return compare(contract, staged, lines);
}

/** A block by its first and last key. */
export function wholeBlock(mismatch: BlockMismatch): Fault {
  const { first_key: first, last_key: last, sequence, extraction_id: extraction } = mismatch;
  return {
    stage: 'raw',
    fault: Number(mismatch.actual_rows) < mismatch.expected_rows ? 'missing' : 'differs',
    key: `${first ?? '?'} to ${last ?? '?'} (block ${sequence} of extraction ${extraction})`,
  };
}

function compare(
  contract: Contract,
  staged: readonly DecodedRow[],
  lines: readonly { key: string; crc: string }[],
): Fault[] {
  const indexes = keyIndexes(contract);
  const there = new Map<string, number[]>();
  for (const { key, crc } of lines) there.set(key, [...(there.get(key) ?? []), Number(crc)]);
  const faults: Fault[] = [];
  for (const { values, crc } of staged) {
    const key = indexes
      .map(index => values[index])
      .filter(value => value !== null)
      .join(',');
    const found = there.get(key) ?? [];
    const same = found.indexOf(crc);
    if (found.length === 0) faults.push({ stage: 'raw', fault: 'missing', key });
    else if (same < 0) faults.push({ stage: 'raw', fault: 'differs', key });
    found.splice(Math.max(same, 0), 1);
  }
  for (const [key, left] of there) {
    if (left.length > 0) faults.push({ stage: 'raw', fault: 'extra', key });
  }
  return faults;
}

/** The block's rows, if it still stands where it did and is the same. */
async function readStaged(
  kafka: Kafka,
  mismatch: BlockMismatch,
  place: BlockPlace,
): Promise<DecodedRow[] | undefined> {
  if (mismatch.kafka_offset === null) return undefined;
  const from = BigInt(mismatch.kafka_offset);
  let rows: DecodedRow[] | undefined;
  let reader: RangeReader | undefined;
  try {
    reader = await RangeReader.open(kafka, { topic: place.topic });
    await reader.read(place.partition, { from, to: from + 1n }, async ({ value }) => {
      const block = readBlock(value);
      const { header } = block;
      if (
        header.extraction === place.extraction &&
        header.attempt === place.attempt &&
        header.sequence === mismatch.sequence &&
        // Half a row says nothing: its block is named by its keys.
        !header.partial
      ) {
        rows = [...new BlockDecoder().rows(block)];
      }
    });
  } catch {
    // Gone with the topic: the keys at its ends have to do.
    rows = undefined;
  } finally {
    await reader?.close();
  }
  return rows;
}

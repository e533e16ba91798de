import { createHash } from 'node:crypto';

/** Which partition of `quality-windows` a data set's counts go to. */
export function partitionOf(dataset: string, partitions: number): number {
  return createHash('sha256').update(dataset).digest().readUInt32BE(0) % partitions;
}

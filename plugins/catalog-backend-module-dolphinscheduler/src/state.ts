import { createHash } from 'node:crypto';
import type { Entity } from '@backstage/catalog-model';

/** Twelve bytes: enough to see a change, few for ten thousand. */
const DIGEST_BYTES = 12;

/** What the catalog was told: entity ref → digest, and the last run's state behind it. Nothing else is kept. */
export type Told = ReadonlyMap<string, string>;

/** Stands in no digest and in no state. */
const BETWEEN = ' ';

/** @param lastRun - of a workflow; undefined where it has none, and for what doesn't run. */
export function toldOf(digest: string, lastRun: string | undefined): string {
  return lastRun === undefined ? digest : `${digest}${BETWEEN}${lastRun}`;
}

export function readTold(told: string | undefined): { digest?: string; lastRun?: string } {
  const [digest, lastRun] = told?.split(BETWEEN) ?? [];
  return { digest, lastRun };
}

/** The keys of an entity stand in the same order each time: it is made by one function. */
export function digestOf(entity: Entity): string {
  const hash = createHash('sha256').update(JSON.stringify(entity)).digest();
  return hash.subarray(0, DIGEST_BYTES).toString('base64');
}

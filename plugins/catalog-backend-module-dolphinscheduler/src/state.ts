import { createHash } from 'node:crypto';
import type { Entity } from '@backstage/catalog-model';

/** Twelve bytes: enough to see a change, few for ten thousand. */
const DIGEST_BYTES = 12;

/** What the catalog was told: entity ref → digest. Nothing else is kept of an entity. */
export type Told = ReadonlyMap<string, string>;

/** The keys of an entity stand in the same order each time: it is made by one function. */
export function digestOf(entity: Entity): string {
  const hash = createHash('sha256').update(JSON.stringify(entity)).digest();
  return hash.subarray(0, DIGEST_BYTES).toString('base64');
}

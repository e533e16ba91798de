/**
 * Lets so many through each time, those that wait longest first: each change of an entity is written, processed and
 * stitched by the catalog, and ten thousand workflows that fail every other run must not keep it busy.
 */
export class Waiting {
  readonly #atOnce: number;
  /** In the order in which they came. */
  #refs: readonly string[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** @param wanting - all that want to now; who doesn't any more has lost its place. @returns those that may. */
  next(wanting: ReadonlySet<string>): ReadonlySet<string> {
    const waiting = this.#refs.filter(ref => wanting.has(ref));
    this.#refs = [...new Set([...waiting, ...wanting])];
    return new Set(this.#refs.slice(0, this.#atOnce));
  }
}

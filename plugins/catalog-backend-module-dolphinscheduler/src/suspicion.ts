/** So many successful answers in a row must say the same before it is believed. */
export const CONFIRMATIONS = 3;

/**
 * Holds removals back that look like a fault: all gone, or more than half. A server that starts, a user whose grants
 * were taken away, a database that was switched answer so too, and what is removed from the catalog takes what people
 * attached to it along.
 */
export class Suspicion {
  #seen = 0;

  /**
   * @param before - how many there were; undefined where that isn't known.
   * @param gone - how many of them are not there any more.
   * @param now - how many there are.
   * @returns true where it has to be confirmed yet.
   */
  holds({ before, gone, now }: { before: number | undefined; gone: number; now: number }): boolean {
    const looksWrong = before === undefined ? now === 0 : gone > before / 2;
    this.#seen = looksWrong ? this.#seen + 1 : 0;
    return looksWrong && this.#seen < CONFIRMATIONS;
  }

  /** An answer that failed: what follows has to be confirmed from the start. */
  reset(): void {
    this.#seen = 0;
  }
}

/**
 * The seed of a run's random choices: `DOLPHINSTAGE_TEST_SEED`, else a new one. Put it into a test's name, so
 * that a failure can be repeated.
 */
export function testSeed(): number {
  return Number(process.env.DOLPHINSTAGE_TEST_SEED ?? Date.now() % 1_000_000);
}

/** Numbers from 0 up to and without 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

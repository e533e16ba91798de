export { seededRandom } from '@dolphinstage/common';

/**
 * The seed of a run's random choices: `DOLPHINSTAGE_TEST_SEED`, else a new one. Put it into a test's name, so
 * that a failure can be repeated.
 */
export function testSeed(): number {
  return Number(process.env.DOLPHINSTAGE_TEST_SEED ?? Date.now() % 1_000_000);
}

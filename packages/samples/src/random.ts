export type Random = ReturnType<typeof generator>;

/** A small linear congruential generator: the same numbers on every machine, which Math.random isn't for. */
export function generator(seed: number) {
  let state = BigInt(seed);
  const next = () => {
    state =
      (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 32n) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    /** From 0 up to and without 1. */
    next,
    /** A whole number from 0 to limit − 1. */
    below,
    chance: (probability: number) => next() < probability,
    oneOf: <T>(values: readonly T[]): T => values[below(values.length)]!,
  };
}

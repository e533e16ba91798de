import { setTimeout as sleep } from 'node:timers/promises';
import { Refreshed } from './refreshed';

const MAX_AGE_MS = 30;

/** Counts how often it was read; waits for `release` where that is to be told. */
function counting() {
  let reads = 0;
  let fails = false;
  const value = new Refreshed(async () => {
    reads += 1;
    const mine = reads;
    await sleep(5);
    if (fails) throw new Error('no answer');
    return mine;
  }, MAX_AGE_MS);
  return {
    value,
    reads: () => reads,
    failFromNowOn: () => {
      fails = true;
    },
  };
}

describe('Refreshed', () => {
  it('reads once, however many ask', async () => {
    const { value, reads } = counting();
    const asked = await Promise.all(Array.from({ length: 50 }, () => value.get()));
    expect(new Set(asked)).toEqual(new Set([1]));
    expect(reads()).toBe(1);
  });

  it('gives the old one while a new one is read', async () => {
    const { value, reads } = counting();
    await value.get();
    await sleep(MAX_AGE_MS + 10);
    expect(await Promise.all([value.get(), value.get()])).toEqual([1, 1]);
    await sleep(20);
    expect(await value.get()).toBe(2);
    expect(reads()).toBe(2);
  });

  it('reads anew after a change, also where that was on its way already', async () => {
    const { value } = counting();
    const before = value.get();
    expect(await value.fresh()).toBe(2);
    expect(await before).toBe(1);
  });

  it('keeps the old one when reading fails, says so, and fails only where there is none', async () => {
    const { value, failFromNowOn } = counting();
    await value.get();
    failFromNowOn();
    await sleep(MAX_AGE_MS + 10);
    expect(await value.get()).toBe(1);
    await sleep(20);
    expect(value.problem?.message).toBe('no answer');
    expect(await value.get()).toBe(1);

    const none = counting();
    none.failFromNowOn();
    await expect(none.value.get()).rejects.toThrow('no answer');
    expect(none.value.readAt).toBeUndefined();
  });
});

import { makeRows } from './__testUtils__/rows';
import { loadForest, saveForest } from './serialise';
import { trainClassifier, trainRegressor } from './train/train';

const { columns, three, numbers } = makeRows(400, 21);
const options = { trees: 7, threads: 0, outOfBag: true };

describe('a forest as bytes', () => {
  it('comes back as it was: classes, calibration, scores and all', async () => {
    const raw = await trainClassifier(columns, three, options);
    const forest = raw.calibrated({ method: 'isotonic' });
    const again = loadForest(saveForest(forest));
    expect(again).toMatchObject({
      kind: 'classifier',
      classes: forest.classes,
      calibratedBy: 'isotonic',
      outOfBag: forest.outOfBag,
      signature: forest.signature,
    });
    expect((again as typeof forest).probabilities(columns)).toEqual(forest.probabilities(columns));
    expect(Buffer.compare(saveForest(again), saveForest(forest))).toBe(0);
  });

  it('comes back as it was, from bytes that lie anywhere', async () => {
    const forest = await trainRegressor(columns, numbers, options);
    const bytes = saveForest(forest);
    const shifted = new Uint8Array(bytes.length + 3).fill(0xff);
    shifted.set(bytes, 3);
    const again = loadForest(shifted.subarray(3));
    expect((again as typeof forest).predict(columns)).toEqual(forest.predict(columns));
  });

  it('is refused when a byte is missing or another', async () => {
    const bytes = saveForest(await trainClassifier(columns, three, options));
    const refused = expect.objectContaining({ code: 'MODEL_CORRUPT' });
    for (const length of [0, 10, 30, bytes.length - 1]) {
      expect(() => loadForest(bytes.subarray(0, length))).toThrow(refused);
    }
    for (const at of [5, 24, 300, bytes.length >> 1, bytes.length - 1]) {
      const changed = Uint8Array.from(bytes);
      changed[at] = changed[at]! ^ 0x10;
      expect(() => loadForest(changed)).toThrow(refused);
    }
  });
});

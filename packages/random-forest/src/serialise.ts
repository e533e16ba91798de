import { crc32 } from 'node:zlib';
import type { Calibration } from './calibrate/calibration';
import type { ClassLabel, FeatureSignature } from './data/columns';
import { ForestError } from './errors';
import { ForestClassifier, type ClassifierScore } from './forest/classifier';
import { ForestRegressor, type RegressorScore } from './forest/regressor';
import type { ForestArrays } from './forest/trees';
import { firstWords } from './grow/tree';

/** The first bytes: what it is, and the version of the form. */
const MAGIC = Buffer.from('dolphinstage-forest 1\n');
const ALIGNMENT = 8;

const ARRAYS = {
  nodes: Int32Array,
  leaves: Int32Array,
  words: Int32Array,
  feature: Uint16Array,
  threshold: Float32Array,
  right: Int32Array,
  values: Float32Array,
  sets: Uint32Array,
} as const;

type ArrayName = keyof typeof ARRAYS;

interface Header {
  kind: 'classifier' | 'regressor';
  signature: readonly FeatureSignature[];
  stride: number;
  lengths: Record<ArrayName, number>;
  classes?: readonly ClassLabel[];
  calibration?: Calibration;
  outOfBag?: ClassifierScore | RegressorScore;
}

const names = Object.keys(ARRAYS) as ArrayName[];

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/**
 * A forest as bytes: a line that says what it is, a JSON header, the arrays (little-endian), and a CRC-32 of
 * all before. The same forest gives the same bytes. Out-of-bag rows aren't kept: calibrate before.
 *
 * @public
 */
export function saveForest(forest: ForestClassifier | ForestRegressor): Uint8Array {
  const { arrays, signature, kind, outOfBag } = forest;
  const lengths = Object.fromEntries(names.map(name => [name, arrays[name].length]));
  const header: Header = {
    kind,
    signature,
    stride: arrays.stride,
    lengths: lengths as Header['lengths'],
    outOfBag,
    ...(forest instanceof ForestClassifier
      ? { classes: forest.classes, calibration: forest.calibration }
      : {}),
  };
  const text = Buffer.from(JSON.stringify(header));
  const lead = Buffer.alloc(padded(MAGIC.length + 4 + text.length));
  MAGIC.copy(lead);
  lead.writeUInt32LE(text.length, MAGIC.length);
  text.copy(lead, MAGIC.length + 4);
  const parts: Buffer[] = [lead];
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = arrays[name];
    parts.push(
      Buffer.from(buffer, byteOffset, byteLength),
      Buffer.alloc(padded(byteLength) - byteLength),
    );
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(parts.reduce((before, part) => crc32(part, before), 0));
  return Buffer.concat([...parts, sum]);
}

function corrupt(message: string, cause?: unknown): ForestError {
  return new ForestError('MODEL_CORRUPT', message, {
    todo: 'Fetch the file again, or train anew.',
    cause,
  });
}

/**
 * The forest that {@link saveForest} wrote.
 *
 * @throws ForestError `MODEL_CORRUPT`.
 * @public
 */
export function loadForest(bytes: Uint8Array): ForestClassifier | ForestRegressor {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!whole.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw corrupt('these bytes are no forest of this version');
  }
  const end = whole.length - 4;
  if (end < MAGIC.length + 4 || crc32(whole.subarray(0, end)) !== whole.readUInt32LE(end)) {
    throw corrupt('some bytes of the forest are missing or changed');
  }
  const size = whole.readUInt32LE(MAGIC.length);
  const from = MAGIC.length + 4;
  let header: Header;
  try {
    header = JSON.parse(whole.toString('utf8', from, from + size)) as Header;
  } catch (cause) {
    throw corrupt("the forest's header can't be read", cause);
  }
  let at = padded(from + size);
  const arrays = Object.fromEntries(
    names.map(name => {
      const Kind = ARRAYS[name];
      const length = header.lengths[name] * Kind.BYTES_PER_ELEMENT;
      // A copy of its own: aligned, and not kept alive by the file's other parts.
      const copy = Uint8Array.from(whole.subarray(at, at + length));
      at += padded(length);
      return [name, new Kind(copy.buffer)];
    }),
  ) as Omit<ForestArrays, 'stride' | 'firstWord'>;
  const parts = {
    signature: header.signature,
    arrays: { ...arrays, stride: header.stride, firstWord: firstWords(arrays.threshold) },
  };
  return header.kind === 'classifier'
    ? new ForestClassifier({
        ...parts,
        classes: header.classes!,
        calibration: header.calibration,
        outOfBag: header.outOfBag as ClassifierScore | undefined,
      })
    : new ForestRegressor({
        ...parts,
        outOfBag: header.outOfBag as RegressorScore | undefined,
      });
}

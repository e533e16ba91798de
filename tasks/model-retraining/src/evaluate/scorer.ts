import { ForestClassifier, loadForest, type FeatureColumn } from '@dolphinstage/random-forest';
import { RetrainingError } from '../errors';
import { encodeRows, type ModelFile } from '@dolphinstage/model-kit';
import { probabilitiesOf } from '../train/forest';

type Onnx = typeof import('onnxruntime-node');

function onnxruntime(): Onnx {
  try {
    // Named at run time: native, so no bundle can hold it.
    return require(['onnxruntime', 'node'].join('-')) as Onnx;
  } catch (cause) {
    throw new RetrainingError(
      'TRAINER_FAILED',
      "onnxruntime-node isn't there to score a model of another trainer",
      {
        todo: 'Install onnxruntime-node where the worker finds it (NODE_PATH).',
        cause,
      },
    );
  }
}

/** Each row's probability of the positive class. */
export type Scorer = (columns: readonly FeatureColumn[]) => Promise<Float64Array>;

const unscorable = (cause: unknown) =>
  new RetrainingError('TRAINER_FAILED', `the model can't be scored: ${(cause as Error).message}`, {
    where: 'model.onnx',
    todo: 'Let it take 32-bit floats, rows × columns, and answer with probabilities (zipmap off).',
    cause,
  });

/** A foreign model's probabilities: its output named `probabilities`, else its last one; rows × 2, or rows × 1. */
async function onnxScorer(bytes: Buffer, model: ModelFile): Promise<Scorer> {
  const { InferenceSession, Tensor } = onnxruntime();
  const session = await InferenceSession.create(bytes).catch((cause: unknown) => {
    throw unscorable(cause);
  });
  const input = session.inputNames[0]!;
  const name = session.outputNames.includes('probabilities')
    ? 'probabilities'
    : session.outputNames.at(-1)!;
  return async columns => {
    const encoded = encodeRows(columns, model.categories, model.missing);
    const rows = encoded.length / columns.length;
    try {
      const answer = await session.run({
        [input]: new Tensor('float32', encoded, [rows, columns.length]),
      });
      const data = answer[name]!.data as Float32Array;
      const width = data.length / rows;
      if (width !== 1 && width !== 2) throw new Error(`${name} has ${width} columns`);
      return Float64Array.from({ length: rows }, (_, row) => data[row * width + width - 1]!);
    } catch (cause) {
      throw unscorable(cause);
    }
  };
}

/**
 * Opens a model once, to score rows as often as is wanted. A forest of ours is scored by itself, which is what its ONNX file
 * says to the last digit of a 32-bit float; all else by onnxruntime.
 *
 * @throws RetrainingError `FILE_CORRUPT`, `TRAINER_FAILED`; the latter by the scorer, too.
 */
export async function openScorer(
  files: ReadonlyMap<string, Buffer>,
  model: ModelFile,
): Promise<Scorer> {
  const saved = files.get('model.forest');
  if (!saved) return onnxScorer(files.get('model.onnx')!, model);
  const forest = loadForest(saved);
  if (!(forest instanceof ForestClassifier)) {
    throw new RetrainingError('FILE_CORRUPT', 'the bundle has a forest that tells no classes');
  }
  return async columns => probabilitiesOf(forest, columns, model.positive);
}

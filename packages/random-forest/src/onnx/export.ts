import { ForestClassifier } from '../forest/classifier';
import type { ForestRegressor } from '../forest/regressor';
import { addCalibration } from './calibration';
import { GraphBuilder } from './graph';
import { attribute, DataType, encodeModel, int64s, strings, tensorOf } from './schema';
import { treeAttributes } from './tree-nodes';

const IR_VERSION = 8;
const OPSET = 17;
const ML_DOMAIN = 'ai.onnx.ml';
const ML_OPSET = 3;

/** Names in the exported graph. @public */
export const onnxNames = {
  /** Input: 32-bit floats, rows × columns, in the form of `Forest.encode`. */
  features: 'features',
  /** Output of a classifier: the most probable class, a text or a 64-bit whole number a row. */
  label: 'label',
  /** Output of a classifier: 32-bit floats, rows × classes. */
  probabilities: 'probabilities',
  /** Output of a regressor: 32-bit floats, rows × 1. */
  estimate: 'estimate',
  /** Metadata: the signature as JSON. */
  signature: 'dolphinstage.signature',
  /** Metadata: the classes as JSON, in the order of the probabilities. */
  classes: 'dolphinstage.classes',
} as const;

function toDouble(graph: GraphBuilder, name: string): string {
  return graph.add('Cast', [name], [attribute.int('to', DataType.DOUBLE)]);
}

/** What a leaf says of each class. Classes without weight are left out, but for the first leaf. */
function* classWeights(
  values: Float32Array,
  at: number,
  classes: number,
  first: boolean,
): Generator<readonly [number, number]> {
  if (classes === 2) {
    yield [0, 1 - values[at]!];
    yield [1, values[at]!];
    return;
  }
  for (let label = 0; label < classes; label += 1) {
    const weight = values[at + label]!;
    // onnxruntime counts the classes by those that some leaf names.
    if (weight > 0 || first) yield [label, weight];
  }
}

function classifierGraph(forest: ForestClassifier) {
  const { arrays, signature, classes, calibration } = forest;
  const graph = new GraphBuilder();
  const leaves = (at: number, first: boolean) =>
    classWeights(arrays.values, at, classes.length, first);
  const [, raw] = graph.addMany(
    'TreeEnsembleClassifier',
    ML_DOMAIN,
    [toDouble(graph, onnxNames.features)],
    [
      ...treeAttributes(arrays, signature, 'class', leaves),
      attribute.ints('classlabels_int64s', Array.from(classes.keys())),
      attribute.text('post_transform', 'NONE'),
    ],
    ['raw_label', calibration ? 'raw_probabilities' : onnxNames.probabilities],
  );
  if (calibration) {
    const calibrated = addCalibration(graph, calibration, toDouble(graph, raw!), classes.length);
    const toFloat = [attribute.int('to', DataType.FLOAT)];
    graph.add('Cast', [calibrated], toFloat, onnxNames.probabilities);
  }
  const numbers = typeof classes[0] === 'number';
  const labels = numbers ? int64s('', classes as number[]) : strings('', classes as string[]);
  const best = graph.add(
    'ArgMax',
    [onnxNames.probabilities],
    [attribute.int('axis', 1), attribute.int('keepdims', 0)],
  );
  graph.add('Gather', [graph.constant(labels), best], [], onnxNames.label);
  return graph.finish('random_forest_classifier', {
    input: [tensorOf(onnxNames.features, DataType.FLOAT, signature.length)],
    output: [
      tensorOf(onnxNames.label, numbers ? DataType.INT64 : DataType.STRING),
      tensorOf(onnxNames.probabilities, DataType.FLOAT, classes.length),
    ],
  });
}

function regressorGraph({ arrays, signature }: ForestRegressor) {
  const graph = new GraphBuilder();
  graph.addMany(
    'TreeEnsembleRegressor',
    ML_DOMAIN,
    [toDouble(graph, onnxNames.features)],
    [
      ...treeAttributes(arrays, signature, 'target', at => [[0, arrays.values[at]!]]),
      attribute.int('n_targets', 1),
      attribute.text('post_transform', 'NONE'),
      attribute.text('aggregate_function', 'SUM'),
    ],
    [onnxNames.estimate],
  );
  return graph.finish('random_forest_regressor', {
    input: [tensorOf(onnxNames.features, DataType.FLOAT, signature.length)],
    output: [tensorOf(onnxNames.estimate, DataType.FLOAT, 1)],
  });
}

/**
 * The forest as an ONNX file (IR version 8, ai.onnx 17, ai.onnx.ml 3), its calibration included. It takes rows
 * in the form of `Forest.encode` (categories by code, NaN for a missing number) and scores them as the forest
 * does, to the last digits of a 32-bit float. Names: {@link onnxNames}.
 *
 * @throws ForestError `ONNX_TOO_LARGE`.
 * @public
 */
export function toOnnx(forest: ForestClassifier | ForestRegressor): Uint8Array {
  const isClassifier = forest instanceof ForestClassifier;
  const metadata: [string, unknown][] = [
    [onnxNames.signature, forest.signature],
    ...(isClassifier ? [[onnxNames.classes, forest.classes] as [string, unknown]] : []),
  ];
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'dolphinstage',
    graph: isClassifier ? classifierGraph(forest) : regressorGraph(forest),
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: ML_DOMAIN, version: ML_OPSET },
    ],
    metadataProps: metadata.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
  });
}

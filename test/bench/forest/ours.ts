import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aucOf, trainClassifier } from '@dolphinstage/random-forest';
import type { Settings, Trained } from '../forest.bench';

/** Our forest, as rival.py is scikit-learn's: folder, settings as JSON. */
async function main([folder = '', json = '']: string[]): Promise<Trained> {
  const { threads, ...options } = JSON.parse(json) as Settings;
  const load = (name: string) => {
    const labels = new Uint8Array(readFileSync(join(folder, `${name}.u8`)));
    const bytes = readFileSync(join(folder, `${name}.f32`));
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const columns = Array.from({ length: values.length / labels.length }, (_, index) => ({
      name: `f${index}`,
      kind: 'numeric' as const,
      values: values.subarray(index * labels.length, (index + 1) * labels.length),
    }));
    return { columns, labels };
  };
  const train = load('train');
  const cpu = process.cpuUsage();
  const start = performance.now();
  const forest = await trainClassifier(train.columns, train.labels, { ...options, threads });
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const score = load('score');
  const probabilities = forest.probabilities(score.columns);
  const ofOne = Float32Array.from(score.labels, (_, row) => probabilities[2 * row + 1]!);
  return {
    cpu_s: (user + system) / 1e6,
    wall_s: wall,
    auc: aucOf(ofOne, score.labels),
    nodes: forest.nodes,
  };
}

main(process.argv.slice(2)).then(
  trained => process.stdout.write(`${JSON.stringify(trained)}\n`),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);

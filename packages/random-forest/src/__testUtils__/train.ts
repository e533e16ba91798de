import { Random } from '../random';
import { trainClassifier } from '../train/train';

/** Trains four small trees and prints the process's greatest memory, MB. Arguments: rows, columns, threads. */
async function main([rows = '', width = '', threads = '']: string[]): Promise<void> {
  const random = new Random(1, 0);
  const columns = Array.from({ length: Number(width) }, (_, index) => ({
    name: `f${index}`,
    kind: 'numeric' as const,
    values: Float32Array.from({ length: Number(rows) }, () => random.below(1 << 24)),
  }));
  const labels = Uint8Array.from(columns[0]!.values, value => Number(value > 1 << 23));
  await trainClassifier(columns, labels, { trees: 4, threads: Number(threads), maxDepth: 6 });
  process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
}

void main(process.argv.slice(2));

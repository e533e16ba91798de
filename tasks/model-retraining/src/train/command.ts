import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeRows } from '@dolphinstage/model-kit';
import type { FeatureColumn } from '@dolphinstage/random-forest';
import { z } from 'zod';
import { RetrainingError } from '../errors';
import type { TrainingRows } from './forest';

const LOG_BYTES = 16 * 1024 * 1024;
const LOG_TAIL = 2_000;

/** A trainer of one's own. @public */
export const commandTrainerSchema = z.object({
  kind: z.literal('command'),
  /** Run without a shell, in a folder of its own. Reads `train.csv` and `columns.json`, leaves `model.onnx` and, if it likes, `metrics.json`. */
  command: z.array(z.string().min(1)).min(1),
  /** Seconds it may take. Default 1,800. */
  limitSeconds: z.number().gt(0).default(1_800),
});

/** @public */
export type CommandTrainer = z.output<typeof commandTrainerSchema>;

/** What a user's trainer has left. */
export interface TrainedByCommand {
  readonly onnx: Buffer;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of each categorical column the texts by code. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

function categoriesOf(columns: readonly FeatureColumn[]): Record<string, string[]> {
  return Object.fromEntries(
    columns
      .filter(({ kind }) => kind === 'categorical')
      .map(({ name, values }) => [
        name,
        [...new Set(Array.from(values as ArrayLike<string | null>))]
          .filter((value): value is string => value !== null)
          .sort(),
      ]),
  );
}

/** Numbers, and the label's class as 0 or 1 in the last column: nothing in it needs a quote. */
function csvOf(encoded: Float32Array, width: number, positives: readonly number[]): string {
  const lines = positives.map((positive, row) =>
    [...encoded.subarray(row * width, (row + 1) * width), positive]
      .map(value => (Number.isNaN(value) ? '' : String(value)))
      .join(','),
  );
  const header = [...Array.from({ length: width }, (_, column) => `f${column}`), 'label'].join(',');
  return `${header}\n${lines.join('\n')}\n`;
}

/**
 * Lets a user's own command train.
 *
 * @throws RetrainingError `TRAINER_FAILED` when it fails, takes too long, or leaves no `model.onnx`.
 */
export async function trainByCommand(
  { columns, labels }: TrainingRows,
  positive: string,
  { command, limitSeconds }: CommandTrainer,
  signal: AbortSignal,
): Promise<TrainedByCommand> {
  const categories = categoriesOf(columns);
  const folder = await mkdtemp(join(tmpdir(), 'dolphinstage-trainer-'));
  try {
    const encoded = encodeRows(columns, categories);
    const positives = labels.map(label => Number(label === positive));
    await writeFile(join(folder, 'train.csv'), csvOf(encoded, columns.length, positives));
    const described = columns.map(({ name, kind }, at) => ({
      column: `f${at}`,
      name,
      kind,
      categories: categories[name],
    }));
    await writeFile(join(folder, 'columns.json'), JSON.stringify(described));
    const [program, ...given] = command;
    await promisify(execFile)(program!, given, {
      cwd: folder,
      timeout: limitSeconds * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: LOG_BYTES,
      signal,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
    const metrics = await readFile(join(folder, 'metrics.json'), 'utf8').catch(() => '{}');
    return {
      onnx: await readFile(join(folder, 'model.onnx')),
      metrics: z.record(z.string(), z.number()).parse(JSON.parse(metrics)),
      categories,
    };
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new RetrainingError(
      'TRAINER_FAILED',
      `${command[0]} gave no model: ${stderr.slice(-LOG_TAIL) || message}`,
      {
        where: command.join(' '),
        todo: 'Try it by hand on a train.csv; it has to leave model.onnx, and numbers alone in metrics.json.',
        cause,
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

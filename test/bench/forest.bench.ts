import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pythonVenv, run } from '@dolphinstage/embedded';
import {
  BenchError,
  measure,
  median,
  type Bench,
  type BenchCase,
  type BenchContext,
} from '../src/bench';

const ROOT = resolve(__dirname, '../..');
const REQUIREMENTS = ['scikit-learn==1.9.1', 'numpy==2.4.6'];
/** Rows to learn from, and seeds of data and forest. A million take scikit-learn some ten minutes a seed. */
const SIZES: readonly [rows: number, seeds: number][] = [
  [10_000, 5],
  [100_000, 5],
  [1_000_000, 5],
];
const GOALS = { cpu_ratio_to_rival: 0.35, auc_loss: 0.002 };
const LIMIT_S = 3600;

/** How both grow their forests. */
export interface Settings {
  trees: number;
  featuresPerSplit: number;
  minLeafRows: number;
  seed: number;
  threads: number;
}

/** What either says of one forest: the training alone, and the score on rows held back. */
export interface Trained {
  cpu_s: number;
  wall_s: number;
  auc: number;
  nodes: number;
}

type Side = (folder: string, settings: Settings) => Promise<Trained & { peak_mb: number }>;

/** A program that takes a folder and settings and prints a {@link Trained}. */
function side(context: BenchContext, command: string, args: string[]): Side {
  return async (folder, settings) => {
    const out = join(folder, 'trained.json');
    const line = [command, ...args, folder, JSON.stringify(settings)];
    // `measure` has what the operating system says; the figures of the training alone come by a file.
    const { peak_mb } = await measure(context, 'sh', ['-c', '"$@" >"$0"', out, ...line], {
      limitSeconds: LIMIT_S,
    });
    return { ...(JSON.parse(readFileSync(out, 'utf8')) as Trained), peak_mb };
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `DOLPHINSTAGE_BENCH_FOREST=100000:1` measures that size with one seed; sizes are parted by commas. */
function chosenSizes(): readonly (readonly [rows: number, seeds: number])[] {
  const chosen = process.env.DOLPHINSTAGE_BENCH_FOREST;
  if (!chosen) return SIZES;
  return chosen.split(',').map(one => {
    const [rows = Number.NaN, seeds = 5] = one.split(':').map(Number);
    if (!(rows > 0) || !(seeds > 0)) {
      throw new BenchError('RUN_FAILED', `${one} is no size`, {
        where: 'DOLPHINSTAGE_BENCH_FOREST',
        todo: 'Say rows, or rows:seeds.',
      });
    }
    return [rows, seeds] as const;
  });
}

/** Training a forest: ours and scikit-learn's on the same rows, with the same trees, leaves and features tried. */
const bench: Bench = {
  name: 'forest',
  servers: [],
  async run(context) {
    const { report, signal } = context;
    const python = await pythonVenv(
      context.machine,
      { name: 'bench-forest', requirements: REQUIREMENTS },
      report,
    );
    const script = (name: string) => join(__dirname, 'forest', name);
    const tsx = pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
    const ours = side(context, process.execPath, ['--import', tsx, script('ours.ts')]);
    const rival = side(context, python, [script('rival.py')]);
    const threads = availableParallelism();
    const common = { trees: 100, featuresPerSplit: 4, minLeafRows: 1, threads };
    const cases: BenchCase[] = [];
    for (const [rows, seeds] of chosenSizes()) {
      const pairs: { own: Awaited<ReturnType<Side>>; other: Awaited<ReturnType<Side>> }[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) {
        signal.throwIfAborted();
        const folder = mkdtempSync(join(tmpdir(), 'bench-forest-'));
        try {
          await run(python, [script('data.py'), folder, String(rows), String(seed)]);
          const settings = { ...common, seed };
          const own = await ours(folder, settings);
          const other = await rival(folder, settings);
          report(
            `${rows} rows, seed ${seed}: ours ${own.cpu_s.toFixed(1)} s of CPU, AUC ${own.auc.toFixed(4)}; ` +
              `scikit-learn ${other.cpu_s.toFixed(1)} s, ${other.auc.toFixed(4)}`,
          );
          pairs.push({ own, other });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }
      const own = pairs.map(pair => pair.own);
      const other = pairs.map(pair => pair.other);
      cases.push({
        name: `rows-${rows}`,
        seeds,
        median_s: median(own.map(one => one.wall_s)),
        cpu_s: median(own.map(one => one.cpu_s)),
        peak_mb: Math.max(...own.map(one => one.peak_mb)),
        rival_median_s: median(other.map(one => one.wall_s)),
        rival_cpu_s: median(other.map(one => one.cpu_s)),
        rival_peak_mb: Math.max(...other.map(one => one.peak_mb)),
        cpu_ratio_to_rival: median(pairs.map(pair => pair.own.cpu_s / pair.other.cpu_s)),
        ratio_to_rival: median(pairs.map(pair => pair.own.wall_s / pair.other.wall_s)),
        auc: mean(own.map(one => one.auc)),
        rival_auc: mean(other.map(one => one.auc)),
        // Differences of forests from one seed to the next are in the fourth place.
        auc_loss: Number(mean(pairs.map(pair => pair.other.auc - pair.own.auc)).toFixed(5)),
        nodes: median(own.map(one => one.nodes)),
        rival_nodes: median(other.map(one => one.nodes)),
      });
    }
    return {
      bench: 'forest',
      configuration: {
        rival: REQUIREMENTS,
        python: (await run(python, ['-V'])).trim(),
        ...common,
        columns: 20,
        data: 'make_classification: 10 informative, 4 redundant, flip_y 0.1, class_sep 0.6; 100,000 rows scored',
        measured: 'the training alone; peak_mb of the whole process',
        goals: GOALS,
      },
      cases,
    };
  },
};

export default bench;

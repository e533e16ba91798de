import { seededRandom } from '@dolphinstage/test';
import type { StreamContract } from '../../contract';
import { WindowSummary } from '../../summary/window-summary';

/** How the rows, and the windows, of a stream of good data are distributed. */
export const FAMILIES = [
  'normal',
  'lognormal',
  'heavy tail',
  'discrete',
  'skewed categories',
  'AR(1) levels',
  'daily season',
  'overdispersed volume',
  'overdispersed nulls',
  'rare nulls',
  'slow drift',
  'wild volume',
  'shocked levels',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A fault, and of which size. */
export interface Fault {
  /** The null rate, instead of 1 %. */
  readonly nulls?: number;
  /** Standard deviations that the mean moves. */
  readonly shift?: number;
  /** The variance is so many times the usual one. */
  readonly variance?: number;
  /** The share of rows whose category is another known one. */
  readonly moved?: number;
  /** The share of rows whose category is a new one. */
  readonly novel?: number;
  /** The volume is so many times the usual one. */
  readonly volume?: number;
}

const HOUR_MS = 3_600_000;

export function contractOf(family: Family): StreamContract {
  return {
    dataset: 'stream',
    version: 1,
    topic: 'incoming-data',
    schema: {},
    fields: [
      { name: 'value', kind: 'number' },
      { name: 'kind', kind: 'category' },
      { name: 'note', kind: 'text' },
    ],
    series: [],
    windowSeconds: 3600,
    falseAlarms: 0.01,
    allowedBad: 0,
    relearnAfter: 60,
    season: family === 'daily season' ? 'hour-of-day' : 'none',
    redact: [],
  };
}

/** Random draws beyond the even one, all from the same seed. */
export class Draws {
  constructor(readonly even: () => number) {}

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.even())) * Math.cos(2 * Math.PI * this.even());
  }

  /** By inversion below a mean of 30, else rounded normal: good to what a test needs. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    let count = 0;
    let product = this.even();
    for (const least = Math.exp(-mean); product > least; count++) product *= this.even();
    return count;
  }

  /** Student's t: a normal over the root of a mean of squares. */
  student(degrees: number): number {
    let squares = 0;
    for (let at = 0; at < degrees; at++) squares += this.normal() ** 2;
    return this.normal() / Math.sqrt(squares / degrees);
  }
}

/** The windows of a stream, one after another, hour by hour. */
export class Stream {
  readonly contract: StreamContract;
  private readonly draws: Draws;
  private readonly categories: readonly number[];
  private hour = 0;
  private level = 0;

  /** @param rows - of a window, on average. */
  constructor(
    private readonly family: Family,
    private readonly rows: number,
    seed: number,
  ) {
    this.contract = contractOf(family);
    this.draws = new Draws(seededRandom(seed * 7919 + FAMILIES.indexOf(family) * 104_729 + rows));
    const exponent = family === 'skewed categories' ? 2 : 1;
    const count = family === 'skewed categories' ? 40 : 6;
    const weights = Array.from({ length: count }, (_, at) => (at + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.categories = weights.map(weight => (sum += weight / total));
  }

  next(fault: Fault = {}): { summary: WindowSummary; startMs: number } {
    const { draws, family } = this;
    const startMs = this.hour++ * HOUR_MS;
    const count = Math.round(this.volume() * (fault.volume ?? 1));
    const level = this.moved();
    const nullRate = fault.nulls ?? this.nullRate();
    const scale = Math.sqrt(fault.variance ?? 1);
    const lift = family === 'discrete' ? Math.sqrt(3) : 1;
    const summary = new WindowSummary(this.contract.fields);
    const [value, kind, note] = summary.fields;
    summary.rows = count;
    for (let row = 0; row < count; row++) {
      value!.add(this.value(level + (fault.shift ?? 0) * lift, scale));
      kind!.add(this.category(fault));
      note!.add(draws.even() < nullRate ? null : `${Math.floor(draws.even() * 1e9)}`);
    }
    return { summary, startMs };
  }

  private volume(): number {
    const { draws, rows } = this;
    if (this.family === 'daily season') return draws.poisson(rows * (1 + 0.5 * this.tide()));
    if (this.family === 'wild volume')
      return 5 + draws.poisson(rows * Math.exp(1.2 * draws.normal()));
    if (this.family === 'overdispersed volume') {
      return draws.poisson(rows * Math.exp(0.4 * draws.normal()));
    }
    return draws.poisson(rows);
  }

  private tide(): number {
    return Math.sin((2 * Math.PI * this.hour) / 24);
  }

  /** Where the window's level lies, in the family's unit. */
  private moved(): number {
    const { draws } = this;
    if (this.family === 'AR(1) levels') {
      this.level = 0.8 * this.level + 0.15 * draws.normal();
    } else if (this.family === 'shocked levels') this.level = 0.1 * draws.student(3);
    else if (this.family === 'slow drift') this.level += 0.002;
    else if (this.family === 'daily season') this.level = 0.5 * this.tide();
    return this.level;
  }

  private nullRate(): number {
    if (this.family === 'rare nulls') return 0.0005;
    if (this.family === 'overdispersed nulls') return 0.01 * Math.exp(0.5 * this.draws.normal());
    return 0.01;
  }

  private value(level: number, scale: number): number {
    const { draws } = this;
    switch (this.family) {
      case 'lognormal':
        return Math.exp(level + scale * draws.normal());
      case 'heavy tail':
        return 5 + level + scale * draws.student(2);
      case 'discrete':
        return Math.max(0, Math.round(3 + (draws.poisson(3) - 3) * scale + level));
      default:
        return 10 + level + scale * draws.normal();
    }
  }

  private category(fault: Fault): string {
    const even = this.draws.even();
    if (fault.novel && even < fault.novel) return 'new';
    if (fault.moved && even < fault.moved) return 'k3';
    const chosen = this.draws.even();
    let at = 0;
    while (chosen > this.categories[at]! && at < this.categories.length - 1) at++;
    return `k${at}`;
  }
}

/** Bins 2 % apart over thirteen factors of e. */
const PER_LOG = 50;
const LEAST = Math.exp(-4);
const BINS = 13 * PER_LOG;
/** Scores that the quantile rests on; with fewer above it, it is extrapolated. */
const TOP = 50;
/** Nothing is said before so many scores. */
const FIRST = 1000;
/** The memory, in numbers of scores that exceed it. */
const EXCEEDED = 400;
/** How often the quantile is computed anew. */
const EVERY = 1024;
/** While scores exceed it so many times as often as they should, they are learned from at an eighth, */
const BURST = 4;
const BURST_WEIGHT = 1 / 8;
/** but only after so many scores, and only for so many, in numbers of those that exceed it at the declared rate. */
const BURST_AFTER = 10;
const LONGEST_BURST = 2;

/** A tail's scores, and how it stands. */
export interface SavedTail {
  readonly bins: Float64Array;
  readonly total: number;
  readonly since: number;
  readonly recent: number;
  readonly burst: number;
  readonly threshold: number;
}

/**
 * The score that good rows exceed at a given rate, from the scores seen so far: calibrated by observation rather than by
 * what a distribution promises. While scores are too few for that, the tail beyond the 50 greatest is taken as Pareto's
 * with Hill's (1975) index, which overstates the quantile of lighter tails, so that the rate stays below. Old scores
 * fade. A burst of high ones (a fault) is learned from slowly at first, so that it doesn't hide itself at once.
 */
export class ScoreTail {
  private readonly bins = new Float64Array(BINS + 1);
  private total = 0;
  private since = 0;
  private recent: number;
  private burst = 0;
  /** Infinity until enough scores were seen. */
  threshold = Infinity;

  /** @param rate - the share of good scores above the threshold. */
  constructor(private readonly rate: number) {
    this.recent = rate;
  }

  /** How many scores it rests on. */
  get seen(): number {
    return this.total;
  }

  save(): SavedTail {
    const { bins, total, since, recent, burst, threshold } = this;
    return { bins, total, since, recent, burst, threshold };
  }

  restore({ bins, ...rest }: SavedTail): void {
    this.bins.set(bins);
    Object.assign(this, rest);
  }

  /** @returns whether the score is above the threshold of the scores before it. */
  add(score: number): boolean {
    const exceeds = score > this.threshold;
    this.recent += (this.rate / 4) * ((exceeds ? 1 : 0) - this.recent);
    const bin =
      score > LEAST ? Math.min(BINS, 1 + Math.floor(Math.log(score / LEAST) * PER_LOG)) : 0;
    this.burst = this.recent > BURST * this.rate ? this.burst + 1 : 0;
    const clipped =
      exceeds &&
      this.burst > 0 &&
      this.burst < LONGEST_BURST / this.rate &&
      this.total > BURST_AFTER / this.rate;
    const weight = clipped ? BURST_WEIGHT : 1;
    this.bins[bin]! += weight;
    this.total += weight;
    if (++this.since >= EVERY || (this.threshold === Infinity && this.total >= FIRST))
      this.settle();
    return exceeds;
  }

  /** How likely a good score is to be at least this. */
  tail(score: number): number {
    if (this.total < 1) return 1;
    let above = 0;
    let logs = 0;
    let bin = BINS;
    for (; bin > 0 && above < TOP; bin--) {
      above += this.bins[bin]!;
      logs += this.bins[bin]! * bin;
    }
    const edge = lower(bin + 1);
    if (score <= edge || above === 0) {
      let count = 0;
      for (let at = BINS; at >= 0 && lower(at) >= score; at--) count += this.bins[at]!;
      return Math.max(count, above > 0 && score <= edge ? above : 0, 1) / this.total;
    }
    const index = Math.max((logs / above - bin) / PER_LOG, 1 / PER_LOG);
    return (above / this.total) * (score / edge) ** (-1 / index);
  }

  private settle(): void {
    this.since = 0;
    if (this.total < FIRST) return;
    if (this.total > EXCEEDED / this.rate) {
      this.total = 0;
      for (let bin = 0; bin <= BINS; bin++) {
        this.bins[bin]! /= 2;
        this.total += this.bins[bin]!;
      }
    }
    const wanted = this.total * this.rate;
    let above = 0;
    let logs = 0;
    let bin = BINS;
    while (bin > 0 && above + this.bins[bin]! <= Math.max(wanted, TOP)) {
      above += this.bins[bin]!;
      logs += this.bins[bin]! * bin;
      bin--;
    }
    // Above the upper end of this bin lie no more than were allowed.
    const edge = lower(bin + 1);
    if (above === 0 || wanted >= above) {
      this.threshold = edge;
      return;
    }
    const index = Math.max((logs / above - bin) / PER_LOG, 1 / PER_LOG);
    this.threshold = edge * (above / wanted) ** index;
  }
}

function lower(bin: number): number {
  return bin <= 0 ? 0 : LEAST * Math.exp((bin - 1) / PER_LOG);
}

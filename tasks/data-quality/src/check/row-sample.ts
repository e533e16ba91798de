import { hashNumber } from '../summary/hash';
import type { ExampleRow, SampledRow } from './delta';

/** So many rows of a window are drawn, of each partition and of all. */
const MOST = 10;
/** Makes one number of a row's partition and offset. */
const PARTITIONS = 1_024;

/**
 * Draws rows of a window to show, each as likely as any other: those with the lowest digests of where they are. Whoever counts the
 * rows again draws the same ones, and the lowest of two draws are the draw of both (bottom-k sampling, Cohen and Kaplan, PODC 2007).
 */
export class RowSample {
  /** The lowest digests so far, also of rows that were taken. */
  private lowest: number[] = [];
  private drawn: SampledRow[] = [];

  constructor(private readonly partition: number) {}

  /** Whether a row is drawn: few are, so that it isn't made an example of beforehand. */
  wants(offset: number): boolean {
    return this.draw(offset) <= this.bound;
  }

  /** Takes in a row that it wants. */
  add(offset: number, example: ExampleRow): void {
    const draw = this.draw(offset);
    this.lowest = [...this.lowest, draw].sort((a, b) => a - b).slice(0, MOST);
    this.drawn.push({ draw, example });
  }

  /** What was drawn since it was asked last. */
  take(): readonly SampledRow[] {
    const taken = this.drawn.filter(({ draw }) => draw <= this.bound);
    this.drawn = [];
    return taken;
  }

  /** A row of a greater digest isn't drawn. */
  private get bound(): number {
    return this.lowest[MOST - 1] ?? Number.POSITIVE_INFINITY;
  }

  private draw(offset: number): number {
    return hashNumber(offset * PARTITIONS + (this.partition % PARTITIONS));
  }
}

/** The draw of both. */
export function mergeSamples(
  one: readonly SampledRow[],
  other: readonly SampledRow[],
): readonly SampledRow[] {
  if (other.length === 0) return one;
  return [...one, ...other].sort((a, b) => a.draw - b.draw).slice(0, MOST);
}

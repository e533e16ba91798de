import { deserialize, serialize } from 'node:v8';
import { cut, paste, type SlotRange } from './columns';
import type { HalfSpaceTrees, SavedTrees } from './half-space-trees';
import type { FieldLevel, RobustLevels } from './robust-levels';
import type { SavedTail, ScoreTail } from './score-tail';
import type { SeriesLevels } from './series-levels';
import type { SeriesSlots } from './series-slots';

/** Changes with what pieces look like. */
export const FORMAT = 1;
/** The piece of what all series have in common. */
export const WHOLE = 'whole';
const FIELDS = 'fields';
const SERIES = 'series';
/** A piece has no more, in bytes: names of 200 letters, and a hundred bytes a field, for each series; five kilobytes and the season for each field. */
const PIECE_BYTES = 256 * 1024;
const SLOT_BYTES = { name: 600, field: 100 };
const FIELD_BYTES = { tail: 6_000, cell: 10 };

/** A part of what was learned. @public */
export interface AnomaliesPiece {
  readonly name: string;
  readonly value: Buffer;
}

/** What learns. */
export interface Learners {
  readonly slots: SeriesSlots;
  readonly levels: RobustLevels;
  readonly shifts: SeriesLevels | undefined;
  /** By field. */
  readonly tails: readonly ScoreTail[];
  readonly trees: HalfSpaceTrees | undefined;
  readonly treesTail: ScoreTail;
}

interface SavedWhole<Progress> {
  readonly progress: Progress;
  readonly trees: SavedTrees | undefined;
  readonly treesTail: SavedTail;
  readonly shiftTails: readonly SavedTail[] | undefined;
}

interface SavedField {
  readonly level: FieldLevel;
  readonly tail: SavedTail;
}

interface SavedSeries {
  readonly names: readonly string[];
  readonly levels: ReturnType<typeof cut>;
  readonly shifts: ReturnType<typeof cut>;
}

/** What was learned, in pieces that fit into messages, of which only those of some series change. */
export class Pieces<Progress> {
  private readonly seriesTogether: number;
  private readonly fieldsTogether: number;

  /** @param cells - of the season. */
  constructor(
    private readonly learners: Learners,
    cells: number,
  ) {
    const fields = learners.tails.length;
    this.seriesTogether = together(SLOT_BYTES.name + fields * SLOT_BYTES.field);
    this.fieldsTogether = together(FIELD_BYTES.tail + cells * FIELD_BYTES.cell);
  }

  /** Those that have changed since this was asked. They replace those of the same names. */
  save(progress: Progress): AnomaliesPiece[] {
    const { slots, shifts, tails, trees, treesTail } = this.learners;
    const changed = slots.takeChanged(this.seriesTogether);
    if (changed.length === 0) return [];
    const whole: SavedWhole<Progress> = {
      progress,
      trees: trees?.save(),
      treesTail: treesTail.save(),
      shiftTails: shifts?.saveTails(),
    };
    const pieces = [{ name: WHOLE, value: serialize(whole) }];
    for (let from = 0; from < tails.length; from += this.fieldsTogether) {
      const to = Math.min(tails.length, from + this.fieldsTogether);
      pieces.push({ name: `${FIELDS}-${from}`, value: serialize(this.fieldsOf({ from, to })) });
    }
    for (const range of changed) {
      pieces.push({ name: `${SERIES}-${range.from}`, value: serialize(this.seriesOf(range)) });
    }
    return pieces;
  }

  /**
   * Takes in a piece that another process has saved, before any row.
   *
   * @param onProgress - gets what was saved beside, where the piece has it.
   * @returns false where it can't be read, as what a newer Node or somebody else has written.
   */
  restore({ name, value }: AnomaliesPiece, onProgress: (progress: Progress) => void): boolean {
    const [kind, begin] = name.split('-');
    const from = Number(begin);
    try {
      const saved: unknown = deserialize(value);
      if (kind === WHOLE) onProgress(this.restoreWhole(saved as SavedWhole<Progress>));
      else if (kind === FIELDS) this.restoreFields(from, saved as SavedField[]);
      else if (kind === SERIES) this.restoreSeries(from, saved as SavedSeries);
      return true;
    } catch {
      return false;
    }
  }

  private fieldsOf({ from, to }: SlotRange): SavedField[] {
    const { levels, tails } = this.learners;
    return tails.slice(from, to).map((tail, at) => ({
      level: levels.saveField(from + at),
      tail: tail.save(),
    }));
  }

  private seriesOf(range: SlotRange): SavedSeries {
    const { slots, levels, shifts } = this.learners;
    return {
      names: slots.namesOf(range),
      levels: cut(levels.columns, range),
      shifts: cut(shifts?.columns ?? [], range),
    };
  }

  private restoreWhole({ progress, trees, treesTail, shiftTails }: SavedWhole<Progress>): Progress {
    const { learners } = this;
    if (trees) learners.trees?.restore(trees);
    learners.treesTail.restore(treesTail);
    if (shiftTails) learners.shifts?.restoreTails(shiftTails);
    return progress;
  }

  private restoreFields(from: number, saved: readonly SavedField[]): void {
    const { levels, tails } = this.learners;
    saved.forEach(({ level, tail }, at) => {
      levels.restoreField(from + at, level);
      tails[from + at]!.restore(tail);
    });
  }

  private restoreSeries(from: number, { names, ...saved }: SavedSeries): void {
    const { slots, levels, shifts } = this.learners;
    slots.restore(from, names);
    paste(levels.columns, from, saved.levels);
    if (!shifts) return;
    paste(shifts.columns, from, saved.shifts);
    shifts.restored({ from, to: from + names.length });
  }
}

/** How many things of so many bytes are in one piece. */
function together(bytes: number): number {
  return Math.max(1, Math.floor(PIECE_BYTES / bytes));
}

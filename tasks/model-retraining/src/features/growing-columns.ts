import { computeFeatures, type FeatureDefinition, type InputRow } from '@dolphinstage/model-kit';
import type { FeatureColumn } from '@dolphinstage/random-forest';

/** Numbers in 8 bytes each, however many come; a missing one is NaN. */
class GrowingNumbers {
  private all = new Float64Array(1024);
  private length = 0;

  add(values: ArrayLike<number | null | undefined>): void {
    const length = this.length + values.length;
    if (length > this.all.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.all.length));
      larger.set(this.all);
      this.all = larger;
    }
    for (let row = 0; row < values.length; row += 1) {
      this.all[this.length + row] = values[row] ?? NaN;
    }
    this.length = length;
  }

  values(): Float64Array {
    return this.all.subarray(0, this.length);
  }
}

/** Texts that come again and again, each held once. */
export class GrowingTexts {
  private readonly known = new Map<string, string>();
  private readonly all: (string | null)[] = [];

  add(values: ArrayLike<string | null | undefined>): void {
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row] ?? null;
      const known = value === null ? null : this.known.get(value);
      if (known === undefined) this.known.set(value!, value!);
      this.all.push(known === undefined ? value : known);
    }
  }

  values(): (string | null)[] {
    return this.all;
  }
}

/** Columns of features that rows are added to batch by batch: of the rows nothing else is kept. */
export class GrowingColumns {
  private readonly numbers = new Map<string, GrowingNumbers>();
  private readonly texts = new Map<string, GrowingTexts>();

  constructor(private readonly definitions: readonly FeatureDefinition[]) {
    for (const { name, kind } of definitions) {
      if (kind === 'numeric') this.numbers.set(name, new GrowingNumbers());
      else this.texts.set(name, new GrowingTexts());
    }
  }

  /** @throws ModelError `DATA_INVALID`, `FEATURES_INVALID`. */
  add(rows: readonly InputRow[]): void {
    for (const column of computeFeatures(this.definitions, rows)) {
      if (column.kind === 'numeric') this.numbers.get(column.name)!.add(column.values);
      else this.texts.get(column.name)!.add(column.values);
    }
  }

  all(): FeatureColumn[] {
    return this.definitions.map(({ name, kind }): FeatureColumn =>
      kind === 'numeric'
        ? { name, kind, values: this.numbers.get(name)!.values() }
        : { name, kind, values: this.texts.get(name)!.values() },
    );
  }
}

import type { LevelChange } from '@dolphinstage/tasks-data-quality';
import { textTable } from '../table';

/** A longer value is cut, in characters. */
const LONGEST_VALUE = 40;

/** Levels as they are beside what they would be; of values' shares only those that change. */
export function levelsTable(changes: readonly LevelChange[]): string {
  return textTable(
    ['check', 'field', 'live', 'learned', 'unit', ''],
    changes
      .filter(
        ({ check, of, changes: apart }) => apart || check !== 'categories' || of === undefined,
      )
      .map(({ check, field = '', of, unit, before, after, changes: apart }) => [
        ...[check, of === undefined ? field : `${field} ${short(of)}`],
        ...[figure(before), figure(after), unit, apart ? 'changes' : ''],
      ]),
  );
}

function short(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function figure(level: number | undefined): string {
  return level === undefined ? '–' : level.toLocaleString('en', { maximumSignificantDigits: 4 });
}

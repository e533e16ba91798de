import type { LevelChange } from '@dolphinstage/tasks-data-quality';
import { textTable } from '../table';

/** Levels as they are beside what they would be. */
export function levelsTable(changes: readonly LevelChange[]): string {
  return textTable(
    ['check', 'field', 'live', 'learned', 'unit', ''],
    changes.map(({ check, field, unit, before, after, changes: apart }) => [
      ...[check, field ?? ''],
      ...[figure(before), figure(after), unit, apart ? 'changes' : ''],
    ]),
  );
}

function figure(level: number | undefined): string {
  return level === undefined ? '–' : level.toLocaleString('en', { maximumSignificantDigits: 4 });
}

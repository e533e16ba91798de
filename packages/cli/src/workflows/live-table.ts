import {
  backfillLine,
  backfillRows,
  runLine,
  taskRows,
  type BackfillRef,
  type BackfillState,
  type RunRef,
  type RunState,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { textTable } from '../table';

/** What is shown of something that goes on. */
interface Shown {
  readonly title: string;
  readonly head: readonly string[];
  /** What each row is about stands first. */
  readonly rows: readonly (readonly string[])[];
  /** Where a row says its state. */
  readonly state: number;
}

/**
 * Shows what goes on: on a terminal a table redrawn in place, elsewhere a line for each row's change.
 *
 * @returns to be called with each state.
 */
function display(cli: CliContext): (shown: Shown) => void {
  let height = 0;
  const said = new Map<string, string>();
  return ({ title, head, rows, state }) => {
    if (cli.interactive) {
      const text = `${title}\n${textTable(head, rows)}\n`;
      cli.write(`${height > 0 ? `\u001b[${height}A\u001b[J` : ''}${text}`);
      height = text.split('\n').length - 1;
      return;
    }
    for (const [about = '', ...words] of rows) {
      const now = words[state - 1] ?? '';
      if (now === 'waiting' || said.get(about) === now) continue;
      said.set(about, now);
      cli.note(`${about}: ${words.filter(Boolean).join(', ')}`);
    }
  };
}

/** Shows a run's tasks as it goes on. */
export function runDisplay(cli: CliContext, run: RunRef): (state: RunState) => void {
  const show = display(cli);
  return state =>
    show({
      title: runLine(run.project, run.workflow, state),
      head: ['task', 'state', 'time'],
      rows: taskRows(state),
      state: 1,
    });
}

/** Shows a backfill's runs as it goes on. */
export function backfillDisplay(
  cli: CliContext,
  backfill: BackfillRef,
): (state: BackfillState) => void {
  const show = display(cli);
  return state =>
    show({
      title: backfillLine(backfill, state),
      head: ['time', 'run', 'state', 'duration'],
      rows: backfillRows(state),
      state: 2,
    });
}

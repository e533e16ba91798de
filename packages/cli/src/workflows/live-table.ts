import { runLine, taskRows, type RunRef, type RunState } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { textTable } from '../table';

/**
 * Shows a run as it goes on: on a terminal a table redrawn in place, elsewhere a line for each task's change.
 *
 * @returns to be called with each state.
 */
export function runDisplay(cli: CliContext, run: RunRef): (state: RunState) => void {
  let height = 0;
  const said = new Map<string, string>();
  return state => {
    if (cli.interactive) {
      const text = `${runLine(run.project, run.workflow, state)}\n${textTable(['task', 'state', 'time'], taskRows(state))}\n`;
      cli.write(`${height > 0 ? `\u001b[${height}A\u001b[J` : ''}${text}`);
      height = text.split('\n').length - 1;
      return;
    }
    for (const [task = '', ...words] of taskRows(state)) {
      const [now] = words;
      if (now === 'waiting' || said.get(task) === now) continue;
      said.set(task, now ?? '');
      cli.note(`${task}: ${words.filter(Boolean).join(', ')}`);
    }
  };
}

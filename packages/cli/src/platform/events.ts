import type { ServerEvent } from '@dolphinstage/embedded';
import type { CliContext } from '../context';

const MARKS = { installing: '·', starting: '·', ready: '✓', died: '✗', stopped: '·' } as const;

/** What a command wants of a supervisor: lines of progress, and an end at Ctrl-C. */
export function onServers(cli: CliContext) {
  return { onEvent: (event: ServerEvent) => printEvent(cli, event), signal: cli.signal };
}

/** A server's event as a line of progress. */
function printEvent(cli: CliContext, event: ServerEvent): void {
  const seconds = event.seconds === undefined ? '' : `  ${event.seconds.toFixed(1)} s`;
  cli.note(
    `${MARKS[event.state]} ${event.server.padEnd(16)} ${event.state.padEnd(10)} ${event.text}${seconds}`,
  );
}

import { dirname } from 'node:path';

/** The task kit's own folder. Not there in a bundle, which carries what it needs. */
export function kitRoot(): string {
  return dirname(require.resolve('@dolphinstage/task-kit/package.json'));
}

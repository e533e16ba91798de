import { Alert } from '@backstage/ui';
import type { AsRead } from '@dolphinstage/plugin-dolphinscheduler-common';

export interface StaleProps {
  readonly instance: string;
  readonly read: AsRead;
}

/** Says that something is shown as it was, since its DolphinScheduler can't be asked; nothing where it can. */
export function Stale({ instance, read: { problem, readAt } }: StaleProps) {
  if (!problem) {
    return null;
  }
  const when = readAt ? `This is as it was at ${new Date(readAt).toLocaleString()}. ` : '';
  return (
    <Alert
      status="warning"
      icon
      title={`${instance} can't be reached: ${problem}`}
      description={`${when}This page tries again by itself; what can be done to it has to wait.`}
    />
  );
}

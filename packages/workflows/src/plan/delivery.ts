import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PackBundle } from '@dolphinstage/task-kit';
import type { LiveState } from './live';
import { type Delivery, resourceName } from './render';

/** Whether the workers can have a bundle already. Its name holds its digest: what is there under it is it. */
export function isDelivered(
  bundle: PackBundle,
  delivery: Delivery,
  live: Pick<LiveState, 'directory'>,
): boolean {
  return delivery.kind === 'path'
    ? existsSync(join(delivery.folder, bundle.fileName))
    : live.directory.resource(resourceName(bundle)) !== undefined;
}

import { chmodSync, chownSync, copyFileSync, existsSync, renameSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname } from 'node:path';
import { Machine, othersMayEnter, type Home } from '@dolphinstage/embedded';

/** The sample tenant where tasks can run as OS users; DolphinScheduler takes a tenant's code as that name. */
const SAMPLE_TENANT = 'ds-warehouse';

/** A tenant as the platform has set it up on this machine. */
export interface TenantHome {
  readonly tenantCode: string;
  /** Where its connections are: mode 0600, its OS user's. */
  readonly connections: string;
}

/** Makes the sample tenant's OS user (as root) and its folder. */
export async function prepareTenant(home: Home): Promise<TenantHome> {
  const machine = new Machine();
  const tenantCode = machine.root ? SAMPLE_TENANT : userInfo().username;
  const owner = machine.root ? await machine.osUser(tenantCode) : undefined;
  const connections = home.file('tenants', tenantCode, 'connections.json');
  const folder = dirname(connections);
  chmodSync(folder, 0o700);
  if (owner) chownSync(folder, owner.uid, owner.gid);
  return { tenantCode, connections };
}

/** The connections file of whoever runs the task: the environment is one for all tenants. */
export function connectionsOfCaller(home: Home): string {
  return `${home.path}/tenants/$(id -un)/connections.json`;
}

/** A Node that every tenant may run: ours, or a copy where ours lies in a folder that only we can enter. */
export function nodeForTenants(home: Home): string {
  if (process.getuid?.() !== 0 || othersMayEnter(process.execPath)) return process.execPath;
  const copy = home.file('runtime', process.version, basename(process.execPath));
  if (!existsSync(copy)) {
    copyFileSync(process.execPath, `${copy}.part`);
    chmodSync(`${copy}.part`, 0o755);
    renameSync(`${copy}.part`, copy);
  }
  return copy;
}

import { statSync } from 'node:fs';

/**
 * Does something as the owner of a folder: root writes a tenant's file as the tenant, so that it ends up the
 * tenant's and no link that the tenant has put there can lead elsewhere. Synchronous, since it is the whole
 * process that becomes somebody else.
 */
export function asOwnerOf<T>(folder: string, act: () => T): T {
  const { uid, gid } = statSync(folder);
  if (process.geteuid?.() !== 0 || uid === 0) return act();
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

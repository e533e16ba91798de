import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { z } from 'zod';

/** Who holds a lock: a process that others on its machine can look for. */
export const holderSchema = z.object({
  id: z.string(),
  user: z.string(),
  host: z.string(),
  /** Boot and process namespace: where they differ, process ids mean nothing. */
  machine: z.string(),
  pid: z.number(),
  /** When the process started, in the kernel's ticks: ids are used again. */
  ticks: z.string(),
  /** ISO. */
  since: z.string(),
});

export type Holder = z.output<typeof holderSchema>;

/** Holders of this process that still work. */
const working = new Set<string>();

function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function machine(): string {
  const boot = quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return boot && `${boot} ${quietly(() => readlinkSync('/proc/self/ns/pid'))}`;
}

/** Fields 3 and 22 of proc(5)'s stat; the command before them may hold spaces and brackets. */
function startTicks(pid: number): string {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state = '', ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A process that was killed and that nobody has waited for yet is dead all the same.
  return /[ZX]/.test(state) ? '' : (others[18] ?? '');
}

/** This process as the holder of a new lock; alive until {@link retire}. */
export function newHolder(): Holder {
  const holder = {
    id: randomUUID(),
    user: quietly(() => userInfo().username),
    host: hostname(),
    machine: machine(),
    pid: process.pid,
    ticks: startTicks(process.pid),
    since: new Date().toISOString(),
  };
  working.add(holder.id);
  return holder;
}

/** Its work is over, in whatever way. */
export function retire({ id }: Holder): void {
  working.delete(id);
}

/** Whether the holder still works; undefined where this machine can't know. */
export function isAlive(holder: Holder): boolean | undefined {
  if (!holder.machine || holder.host !== hostname() || holder.machine !== machine()) {
    return undefined;
  }
  if (holder.pid === process.pid && holder.ticks === startTicks(process.pid)) {
    return working.has(holder.id);
  }
  return holder.ticks !== '' && startTicks(holder.pid) === holder.ticks;
}

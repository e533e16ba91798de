import { setTimeout as sleep } from 'node:timers/promises';
import {
  isClientError,
  type TaskDefinition,
  type WorkflowDefinition,
  type WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import { mintCode } from '../plan/digest';
import type { Client } from '../plan/plan-types';
import { isAlive, newHolder, retire, type Holder } from './holder';
import { type Journal, type JournalEntry, journalParam, readJournal } from './journal';
import { isReserved, LOCK_NAME } from './reserved';

/** How often a holder shows that it lives, for those on other machines. */
const BEAT_MS = 10_000;
/** Unchanged for so long by a waiter's own clock, a lock's holder is dead. */
const DEAD_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** So often may the server fail to make a lock before it counts. */
const MOST_FAILURES = 5;

/** A lock as it stands on the server. */
export interface SeenLock {
  readonly code: number;
  readonly version: number;
  readonly name: string;
  /** Absent where its definition isn't as we write it. */
  readonly journal?: Journal;
}

/** The project that a lock is for. */
export interface LockedProject {
  readonly code: number;
  readonly name: string;
}

/** @public */
export interface LockOptions {
  /** Milliseconds to wait for another apply. Default 120,000. */
  readonly lockTimeoutMs?: number;
  /** Called once when another apply must be waited for. */
  onWait?(who: string): void;
  readonly signal?: AbortSignal;
}

/** The locks of a project, the newest last: a chain where one was taken over. */
export async function readLocks(
  client: Client,
  projectCode: number,
  rows?: readonly { code: number; name: string }[],
): Promise<SeenLock[]> {
  const reserved = (rows ?? (await client.workflows.list(projectCode))).filter(({ name }) =>
    isReserved(name),
  );
  const found = await Promise.all(
    reserved.map(({ code }) => client.workflows.get(projectCode, code)),
  );
  return found
    .filter(definition => definition !== undefined)
    .map(({ code, version, name, globalParams }) => ({
      code,
      version,
      name,
      journal: readJournal(globalParams),
    }))
    .sort(
      (a, b) =>
        // Codes are minted by the server, upwards in time.
        a.code - b.code,
    );
}

/** True when nobody on this machine works under any of these locks, as far as it can be told without waiting. */
export function areDead(locks: readonly SeenLock[]): boolean {
  const newest = locks.at(-1);
  return newest?.journal !== undefined && isAlive(newest.journal.holder) === false;
}

function lockSpec(
  name: string,
  project: string,
  tenantCode: string,
  journal: Journal,
): WorkflowDefinitionSpec {
  const task: TaskDefinition = {
    code: mintCode('dolphinstage', project, name, 'lock'),
    version: 0,
    name: 'lock',
    description: 'Does nothing and never runs.',
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: 'true', resourceList: [] },
    flag: 'NO',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: '',
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
  };
  return {
    name,
    // The holder's id makes a lock of this very process known again after a lost answer.
    description: `dolphinstage apply is at work here, by ${journal.holder.user} on ${journal.holder.host}; it goes by itself. ${journal.holder.id}`,
    globalParams: [journalParam(journal)],
    locations: [{ taskCode: task.code, x: 100, y: 100 }],
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode,
    tasks: [task],
    relations: [{ preTaskCode: 0, postTaskCode: task.code }],
  };
}

/** The right to write in a project: one apply at a time, and a journal that outlives it. */
export class ProjectLock {
  /** Of applies that were cut off before: theirs must be put back first. */
  readonly inherited: readonly JournalEntry[];
  readonly #client: Client;
  readonly #project: LockedProject;
  readonly #spec: WorkflowDefinitionSpec;
  readonly #journal: Journal;
  readonly #definition: WorkflowDefinition;
  readonly #older: readonly SeenLock[];
  readonly #beat: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #queued?: Promise<void>;

  private constructor(
    client: Client,
    project: LockedProject,
    made: {
      spec: WorkflowDefinitionSpec;
      journal: Journal;
      definition: WorkflowDefinition;
      older: readonly SeenLock[];
      inherited: readonly JournalEntry[];
    },
  ) {
    this.#client = client;
    this.#project = project;
    this.#spec = made.spec;
    this.#journal = made.journal;
    this.#definition = made.definition;
    this.#older = made.older;
    this.inherited = made.inherited;
    this.#beat = setInterval(() => {
      // A beat that fails is made good by the next.
      this.#save().catch(() => undefined);
    }, BEAT_MS);
    this.#beat.unref();
  }

  /**
   * @param entries - what is going to be written, with what the release states are to be in the end.
   * @throws WorkflowError `LOCKED` when another apply goes on for too long.
   */
  static async acquire(
    client: Client,
    project: LockedProject,
    tenant: string,
    entries: readonly JournalEntry[],
    { lockTimeoutMs = 120_000, onWait, signal }: LockOptions = {},
  ): Promise<ProjectLock> {
    const giveUp = Date.now() + lockTimeoutMs;
    let last: { key: string; at: number } | undefined;
    const failures = { seen: 0 };
    for (let waited = false; ; waited = true) {
      signal?.throwIfAborted();
      const older = await readLocks(client, project.code);
      const newest = older.at(-1);
      const key = `${newest?.code}/${newest?.version}`;
      if (last?.key !== key) last = { key, at: Date.now() };
      const alive = newest && (newest.journal ? isAlive(newest.journal.holder) : undefined);
      const dead = alive === false || (alive === undefined && Date.now() - last.at > DEAD_AFTER_MS);
      if (!newest || dead) {
        const made = await tryCreate(client, project, tenant, { entries, older, failures });
        if (made) return new ProjectLock(client, project, made);
      } else if (!waited) {
        onWait?.(whoIs(newest.journal?.holder));
      }
      if (Date.now() > giveUp) {
        throw new WorkflowError(
          'LOCKED',
          `another apply is at work in project ${project.name}: ${whoIs(newest?.journal?.holder)}`,
          {
            where: project.name,
            todo: 'Wait for it, or allow more time with --lock-timeout. If it is gone, 30 s without a sign of it free the lock.',
          },
        );
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  /** Notes that a workflow's writes start now; marks of one moment go in one request. */
  async begin(id: string): Promise<void> {
    const entry = this.#journal.entries.find(candidate => candidate.id === id);
    if (!entry || entry.begun) return;
    entry.begun = true;
    await this.#save();
  }

  /** What was taken over first: an apply that comes meanwhile still finds ours. */
  async release(): Promise<void> {
    try {
      clearInterval(this.#beat);
      await this.#writing.catch(() => undefined);
      for (const { code } of [...this.#older, this.#definition]) {
        await this.#client.workflows.delete(this.#project.code, code).catch((error: unknown) => {
          // Its own holder has let it go in the moment in which it was taken over.
          if (!isClientError(error, 'CLIENT_NOT_FOUND')) throw error;
        });
      }
    } finally {
      retire(this.#journal.holder);
    }
  }

  /** Leaves it on the server: the next apply puts back what this one couldn't. */
  async abandon(): Promise<void> {
    clearInterval(this.#beat);
    await this.#writing.catch(() => undefined);
    retire(this.#journal.holder);
  }

  #save(): Promise<void> {
    this.#queued ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#queued = undefined;
        this.#writing = this.#client.workflows.update(this.#project.code, this.#definition.code, {
          ...this.#spec,
          // A task whose version stays as it is gets no new one.
          tasks: this.#definition.tasks,
          globalParams: [journalParam(this.#journal)],
        });
        return this.#writing;
      });
    return this.#queued;
  }
}

/** Undefined when somebody was faster. */
async function tryCreate(
  client: Client,
  project: LockedProject,
  tenant: string,
  {
    entries,
    older,
    failures,
  }: {
    readonly entries: readonly JournalEntry[];
    readonly older: readonly SeenLock[];
    /** Of this and earlier tries. */
    readonly failures: { seen: number };
  },
) {
  const inherited = older.flatMap(({ journal }) => journal?.entries ?? []).filter(e => e.begun);
  const holder = newHolder();
  const journal: Journal = { holder, entries: [...merged(inherited, entries)] };
  const newest = older.at(-1);
  const name = newest ? `${LOCK_NAME}-${newest.code}` : LOCK_NAME;
  const spec = lockSpec(name, project.name, tenant, journal);
  try {
    const { code } = await client.workflows.create(project.code, spec);
    const definition = await client.workflows.get(project.code, code);
    return definition && { spec, journal, definition, older, inherited };
  } catch (error) {
    retire(holder);
    if (isClientError(error, 'CLIENT_NAME_TAKEN')) return undefined;
    // Where another's lock was made and gone in the same moment, the server only says that it has failed.
    const hasFailed = isClientError(error, 'CLIENT_SERVER') && !error.unclear;
    if (hasFailed && ++failures.seen < MOST_FAILURES) return undefined;
    throw error;
  }
}

/** What an earlier apply has begun is begun for us too: its states are the ones to end in. */
function merged(
  inherited: readonly JournalEntry[],
  entries: readonly JournalEntry[],
): Iterable<JournalEntry> {
  const byId = new Map(entries.map(entry => [entry.id, entry]));
  for (const entry of inherited) byId.set(entry.id, { ...byId.get(entry.id), ...entry });
  return byId.values();
}

function whoIs(holder: Holder | undefined): string {
  return holder
    ? `${holder.user} on ${holder.host}, process ${holder.pid}, since ${holder.since}`
    : 'unknown (its definition has been edited)';
}

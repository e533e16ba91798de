import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import {
  createClient,
  type DolphinSchedulerClient,
  type ServerLine,
} from '@dolphinstage/dolphinscheduler-client';
import { withUniqueIds, type InstanceInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { isReserved, unlessGone } from '@dolphinstage/workflows';
import { noteSending } from './acting';
import type { InstanceSettings } from './instances';
import { Away, problemOf } from './away';
import { Datasources } from './datasources';
import { Edited } from './edited';
import { readLastRuns, type LastRuns } from './last-runs';
import { Refreshed } from './refreshed';
import { workflowRow, type WorkflowRow } from './rows';
import { SharedReads, type Read } from './shared-reads';

/** Ten thousand definitions in one answer are some 60 MB. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Nobody waits longer for an answer that a person waits for, nor for a method that takes several, in milliseconds. */
const PERSON = { timeoutMs: 10_000, deadlineMs: 20_000, startTimeoutMs: 15_000, retries: 1 };
/** All definitions of a project in one answer may take longer. */
const WHOLE = { timeoutMs: 60_000 };
/** After so long, who waits for the first reading is told so. */
const FIRST_READING_MS = 15_000;
/** What a change has changed is read anew, as long as its caller may wait for that. */
const AFTER_CHANGE_MS = 10_000;
/** What is certain for a version of a definition is read again only then, so that a broken one doesn't stay. */
const VERSION_MS = 3_600_000;

/** Definitions that are younger aren't read anew for one that isn't among them. */
const LOOK_AGAIN_MS = 3_000;

/** One DolphinScheduler. @public */
export interface DolphinSchedulerInstance {
  readonly name: string;
  /** IANA; its servers' zone. */
  readonly timeZone: string;
  readonly tenant: string;
  /**
   * The service user's client; it connects at the first call, and again after a failure. While the server doesn't
   * answer, it is left alone for some seconds at a time: calls fail at once then.
   *
   * @param patience - `person`: for what somebody waits for; a call ends after 20 seconds. Default `program`: two minutes.
   * @throws ClientError.
   */
  client(patience?: 'program' | 'person'): Promise<DolphinSchedulerClient>;
  /**
   * The instance as who acts in projects: their account where one is configured, else the service user.
   *
   * @throws InputError where they have different ones.
   */
  actingIn(...projects: readonly string[]): Actor;
  /**
   * Reads something that many may look at: once for all who ask within some seconds. While the server can't be asked,
   * it answers what was read last.
   *
   * @param key - what is read.
   * @param lasts - `live`: it changes by itself. `version`: it is certain for the version of a definition in its key.
   * @throws what `read` throws, while there is nothing from before.
   */
  look<T extends object>(
    key: string,
    lasts: 'live' | 'version',
    read: (client: DolphinSchedulerClient) => Promise<T>,
  ): Promise<Read<T>>;
  /**
   * All workflows with their last runs, as of some seconds ago; however many ask, the server is asked once.
   *
   * @throws ClientError, ServiceUnavailableError while nothing has been read yet.
   */
  workflows(): Promise<readonly WorkflowRow[]>;
  /** One of them. @throws NotFoundError */
  workflow(project: string, code: number): Promise<WorkflowRow>;
  /** After a change: what was read is old. Never throws: the change is done, whether it can be read now or not. */
  changed(what: 'definitions' | 'runs'): Promise<void>;
  /** Never throws. */
  info(): Promise<InstanceInfo>;
}

/** An instance, for who changes something there. @public */
export type Actor = Pick<DolphinSchedulerInstance, 'name' | 'client'>;

type Patience = 'program' | 'person';

const PATIENCE = { program: WHOLE, person: PERSON } as const;

/** Rows of definitions with their last runs, as long as both are the same. */
interface Joined {
  readonly definitions: readonly WorkflowRow[];
  readonly runs: ReadonlyMap<number, LastRuns>;
  readonly rows: readonly WorkflowRow[];
  readonly byKey: ReadonlyMap<string, WorkflowRow>;
}

/** What an instance is made with. */
export interface InstanceOptions {
  readonly settings: InstanceSettings;
  readonly logger: LoggerService;
  /** Seconds. */
  readonly maxAge: Readonly<Record<'definitions' | 'runs' | 'live', number>>;
}

/** The instance behind a configuration entry. */
export class ConfiguredInstance implements DolphinSchedulerInstance {
  readonly name: string;
  readonly timeZone: string;
  readonly tenant: string;
  readonly #settings: InstanceSettings;
  readonly #definitions: Refreshed<readonly WorkflowRow[]>;
  readonly #runs: Refreshed<ReadonlyMap<number, LastRuns>>;
  readonly #edited = new Edited();
  readonly #datasources = new Datasources();
  readonly #shared = new SharedReads();
  readonly #liveMs: number;
  readonly #away: Away;
  readonly #clients = new Map<string, Promise<DolphinSchedulerClient>>();
  /** Known once it has answered. */
  #line: ServerLine | undefined;
  #joined: Joined | undefined;

  constructor({ settings, maxAge, logger }: InstanceOptions) {
    this.#settings = settings;
    this.name = settings.name;
    this.timeZone = settings.timeZone;
    this.tenant = settings.tenant;
    this.#away = new Away(settings.name, logger);
    this.#liveMs = maxAge.live * 1000;
    this.#definitions = new Refreshed(
      last => this.#readDefinitions(last),
      maxAge.definitions * 1000,
    );
    this.#runs = new Refreshed(last => this.#readRuns(last), maxAge.runs * 1000);
  }

  client(patience: Patience = 'program'): Promise<DolphinSchedulerClient> {
    return this.#clientOf(this.#settings.token, patience);
  }

  actingIn(...projects: readonly string[]): Actor {
    const { name } = this;
    const accounts = projects.map(project =>
      this.#settings.accounts.find(account => account.projects.includes(project)),
    );
    const [account] = accounts;
    if (accounts.some(each => each !== account)) {
      throw new InputError(
        `in ${name}, different accounts act in ${[...new Set(projects)].join(', ')}: do it for one project after the other`,
      );
    }
    const token = account?.token ?? this.#settings.token;
    return { name, client: patience => this.#clientOf(token, patience) };
  }

  #clientOf(token = '', patience: Patience = 'program'): Promise<DolphinSchedulerClient> {
    const key = `${patience} ${token}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const connecting = this.#connect(token, patience);
    this.#clients.set(key, connecting);
    connecting.catch(() => this.#clients.delete(key));
    return connecting;
  }

  async #connect(token: string, patience: Patience): Promise<DolphinSchedulerClient> {
    const { baseUrl: url } = this.#settings;
    const away = this.#away;
    const settings = { url, token, maxAnswerBytes: MAX_ANSWER_BYTES };
    // Who answers something else than DolphinScheduler would is found out here only: guarded as a whole.
    this.#line ??= (await away.guard(() => createClient({ ...settings, ...PERSON }))).line;
    return createClient({
      ...settings,
      ...PATIENCE[patience],
      line: this.#line,
      guard: (attempt, endpoint) => away.guard(() => noteSending(attempt, endpoint)),
    });
  }

  look<T extends object>(
    key: string,
    lasts: 'live' | 'version',
    read: (client: DolphinSchedulerClient) => Promise<T>,
  ): Promise<Read<T>> {
    const live = lasts === 'live';
    return this.#shared.read(
      key,
      { maxAgeMs: live ? this.#liveMs : VERSION_MS, stays: !live },
      async () => read(await this.client('person')),
    );
  }

  async workflows(): Promise<readonly WorkflowRow[]> {
    return (await this.#join()).rows;
  }

  async #join(): Promise<Joined> {
    const [definitions, runs] = await this.#inTime(async () => [
      await this.#definitions.get(),
      await this.#runs.get(),
    ]);
    if (this.#joined?.definitions === definitions && this.#joined.runs === runs) {
      return this.#joined;
    }
    const rows = definitions.map(row => ({
      ...row,
      lastRun: runs.get(row.projectCode)?.byWorkflow.get(row.code),
      lastEnded: runs.get(row.projectCode)?.ended.get(row.code),
    }));
    const byKey = new Map(rows.map(row => [`${row.code} ${row.project}`, row]));
    this.#joined = { definitions, runs, rows, byKey };
    return this.#joined;
  }

  /** Nobody waits for a first reading for ever; it goes on. */
  async #inTime<T>(reading: () => Promise<T>): Promise<T> {
    const end = new AbortController();
    const late = sleep(FIRST_READING_MS, undefined, { signal: end.signal }).then(() => {
      throw new ServiceUnavailableError(
        `the workflows of ${this.name} are still being read for the first time: ${this.#away.problem ?? 'there may be many'}. Try again in some seconds`,
      );
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([reading(), late]);
    } finally {
      end.abort();
    }
  }

  async workflow(project: string, code: number): Promise<WorkflowRow> {
    const found = (await this.#join()).byKey.get(`${code} ${project}`);
    if (found) return found;
    // It may have been made a moment ago; who guesses codes must not make the server work.
    const age = Date.now() - (this.#definitions.readAt ?? 0);
    if (age > LOOK_AGAIN_MS) {
      const rows = await this.#inTime(() => this.#definitions.fresh());
      const made = rows.find(row => row.project === project && row.code === code);
      if (made) return made;
    }
    throw new NotFoundError(`${this.name} has no workflow ${code} in project ${project}`);
  }

  async changed(what: 'definitions' | 'runs'): Promise<void> {
    this.#shared.changed();
    const reading: Promise<unknown> =
      what === 'runs' ? this.#runs.fresh() : this.#definitions.fresh();
    const end = new AbortController();
    await Promise.race([
      reading.catch(() => undefined),
      sleep(AFTER_CHANGE_MS, undefined, { signal: end.signal }).catch(() => undefined),
    ]);
    end.abort();
  }

  async info(): Promise<InstanceInfo> {
    const { readAt } = this.#definitions;
    const problem =
      this.#away.problem ??
      problemOf(this.#definitions.problem ?? this.#runs.problem) ??
      (readAt === undefined ? 'its workflows have not been read yet' : undefined);
    return {
      name: this.name,
      line: this.#line,
      reachable: problem === undefined,
      problem,
      readAt: readAt === undefined ? undefined : new Date(readAt).toISOString(),
    };
  }

  async #readDefinitions(
    last: readonly WorkflowRow[] | undefined,
  ): Promise<readonly WorkflowRow[]> {
    const client = await this.client();
    const known = new Map(last?.map(row => [row.code, row]));
    const rows: WorkflowRow[] = [];
    // One project after the other, so that only one's definitions are in memory.
    for (const { name: project, code: projectCode } of await client.projects.list()) {
      const place = { instance: this.name, project, projectCode, timeZone: this.timeZone };
      const read = await unlessGone(
        Promise.all([
          client.workflows.getAll(projectCode),
          client.schedules.listOfProject(projectCode),
        ]),
      );
      if (!read) continue;
      const [definitions, schedules] = read;
      const byWorkflow = new Map(
        schedules.map(schedule => [schedule.workflowDefinitionCode, schedule]),
      );
      const shown = definitions.filter(({ name }) => !isReserved(name));
      const edited = await unlessGone(this.#edited.among(client, projectCode, shown));
      for (const definition of shown) {
        const { code } = definition;
        const drifted = edited?.has(code) ?? false;
        const facts = { schedule: byWorkflow.get(code), drifted, last: known.get(code) };
        rows.push(workflowRow(place, definition, facts));
      }
    }
    // A copy that was made in the web UI has its original's id.
    return withUniqueIds(await this.#datasources.named(client, rows));
  }

  async #readRuns(
    last: ReadonlyMap<number, LastRuns> | undefined,
  ): Promise<ReadonlyMap<number, LastRuns>> {
    const client = await this.client('person');
    const projects = new Set((await this.#definitions.get()).map(row => row.projectCode));
    const read = new Map<number, LastRuns>();
    for (const code of projects) {
      const runs = await unlessGone(readLastRuns(client, code, this.timeZone, last?.get(code)));
      if (runs) read.set(code, runs);
    }
    return read;
  }
}

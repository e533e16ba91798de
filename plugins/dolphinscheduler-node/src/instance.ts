import { NotFoundError } from '@backstage/errors';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { withUniqueIds, type InstanceInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { isReserved, unlessGone } from '@dolphinstage/workflows';
import type { InstanceSettings } from './instances';
import { Datasources } from './datasources';
import { Edited } from './edited';
import { readLastRuns, type LastRuns } from './last-runs';
import { Refreshed } from './refreshed';
import { workflowRow, type WorkflowRow } from './rows';

/** Ten thousand definitions in one answer are some 60 MB. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Definitions that are younger aren't read anew for one that isn't among them. */
const LOOK_AGAIN_MS = 3_000;

/** One DolphinScheduler. @public */
export interface DolphinSchedulerInstance {
  readonly name: string;
  /** IANA; its servers' zone. */
  readonly timeZone: string;
  readonly tenant: string;
  /**
   * The service user's client; it connects at the first call, and again after a failure.
   *
   * @throws ClientError while the server can't be reached.
   */
  client(): Promise<DolphinSchedulerClient>;
  /**
   * All workflows with their last runs, as of some seconds ago; however many ask, the server is asked once.
   *
   * @throws ClientError while nothing has been read yet.
   */
  workflows(): Promise<readonly WorkflowRow[]>;
  /** One of them. @throws NotFoundError */
  workflow(project: string, code: number): Promise<WorkflowRow>;
  /** After a change: what was read is old. Never throws: the change is done, whether it can be read now or not. */
  changed(what: 'definitions' | 'runs'): Promise<void>;
  /** Never throws. */
  info(): Promise<InstanceInfo>;
}

/** What an instance is made with. */
export interface InstanceOptions {
  readonly settings: InstanceSettings;
  /** Seconds. */
  readonly maxAge: { readonly definitions: number; readonly runs: number };
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
  #client: Promise<DolphinSchedulerClient> | undefined;

  constructor({ settings, maxAge }: InstanceOptions) {
    this.#settings = settings;
    this.name = settings.name;
    this.timeZone = settings.timeZone;
    this.tenant = settings.tenant;
    this.#definitions = new Refreshed(
      last => this.#readDefinitions(last),
      maxAge.definitions * 1000,
    );
    this.#runs = new Refreshed(last => this.#readRuns(last), maxAge.runs * 1000);
  }

  client(): Promise<DolphinSchedulerClient> {
    const { baseUrl: url, token } = this.#settings;
    this.#client ??= createClient({
      url,
      token: token ?? '',
      maxAnswerBytes: MAX_ANSWER_BYTES,
    }).catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async workflows(): Promise<readonly WorkflowRow[]> {
    const definitions = await this.#definitions.get();
    const runs = await this.#runs.get();
    return definitions.map(row => ({
      ...row,
      lastRun: runs.get(row.projectCode)?.byWorkflow.get(row.code),
      lastEnded: runs.get(row.projectCode)?.ended.get(row.code),
    }));
  }

  async workflow(project: string, code: number): Promise<WorkflowRow> {
    const fits = (row: WorkflowRow) => row.project === project && row.code === code;
    const found = (await this.workflows()).find(fits);
    if (found) return found;
    // It may have been made a moment ago; who guesses codes must not make the server work.
    const age = Date.now() - (this.#definitions.readAt ?? 0);
    const made = age > LOOK_AGAIN_MS && (await this.#definitions.fresh()).find(fits);
    if (made) return made;
    throw new NotFoundError(`${this.name} has no workflow ${code} in project ${project}`);
  }

  async changed(what: 'definitions' | 'runs'): Promise<void> {
    const reading: Promise<unknown> =
      what === 'runs' ? this.#runs.fresh() : this.#definitions.fresh();
    await reading.catch(() => undefined);
  }

  async info(): Promise<InstanceInfo> {
    const line = await this.client().then(
      client => client.line,
      () => undefined,
    );
    const problem = this.#definitions.problem ?? this.#runs.problem;
    const readAt = this.#definitions.readAt;
    return {
      name: this.name,
      line,
      reachable: line !== undefined && problem === undefined,
      problem: line === undefined || problem ? 'DolphinScheduler does not answer' : undefined,
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
    const client = await this.client();
    const projects = new Set((await this.#definitions.get()).map(row => row.projectCode));
    const read = new Map<number, LastRuns>();
    for (const code of projects) {
      const runs = await unlessGone(readLastRuns(client, code, this.timeZone, last?.get(code)));
      if (runs) read.set(code, runs);
    }
    return read;
  }
}

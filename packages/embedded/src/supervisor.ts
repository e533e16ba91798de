import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Endpoints, type ExternalServers } from './endpoints';
import { EmbeddedError } from './errors';
import { type Home, writeJson } from './home';
import { claimHome, releaseHome } from './lock';
import { Machine, SERVICE_USER } from './machine/machine';
import {
  HOME_MARK,
  endProcessesOf,
  startProcess,
  withoutSecrets,
  type RunningProcess,
} from './processes';
import type { Endpoint, ServerContext, ServerDefinition } from './server';

const PROBE_EVERY = 150;
const STOP_GRACE = 20_000;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** What happens to a server. @public */
export interface ServerEvent {
  server: string;
  state: 'installing' | 'starting' | 'ready' | 'died' | 'stopped';
  text: string;
  /** Seconds since its start. */
  seconds?: number;
}

/** @public */
export interface SupervisorOptions {
  home: Home;
  servers: readonly ServerDefinition[];
  external?: ExternalServers;
  /** What is set up in a server when it is ready, by its name, before servers that depend on it start. */
  afterReady?: Readonly<Record<string, () => Promise<void>>>;
  /** Once aborted, a start is given up; {@link Supervisor.stop} ends what has begun. */
  signal?: AbortSignal;
  onEvent?(event: ServerEvent): void;
}

/** A server's line in `run/servers.json`. */
export interface ServerRecord {
  name: string;
  port: number;
  url: string;
  /** Absent for the user's own server. */
  pid?: number;
}

/** A started server. */
interface Started {
  definition: ServerDefinition;
  context: ServerContext;
  process?: RunningProcess;
}

/**
 * Starts servers side by side as far as they depend on each other, restarts one that dies, and ends
 * them in reverse order.
 *
 * @public
 */
export class Supervisor {
  private readonly machine = new Machine();
  private readonly endpoints: Endpoints;
  private readonly started: Started[] = [];
  private readonly stopSignals = new Map<string, NodeJS.Signals>();
  /** Only a server that has been ready is started again when it dies. */
  private readonly wasReady = new Set<string>();
  private stopping = false;
  private claimed = false;

  constructor(private readonly options: SupervisorOptions) {
    this.endpoints = new Endpoints(
      options.home,
      this.machine,
      options.external ?? {},
      (server, text) => this.event(server, 'installing', text),
    );
  }

  endpoint(server: string): Endpoint {
    return this.endpoints.of(server);
  }

  /**
   * Installs and starts everything; resolves when all are ready.
   *
   * @throws EmbeddedError `HOME_BUSY` when another process does this for the same home; `INTERRUPTED`.
   */
  async start(): Promise<void> {
    const { home, servers, signal } = this.options;
    claimHome(home);
    this.claimed = true;
    const interrupt = () => {
      this.stopping = true;
    };
    signal?.addEventListener('abort', interrupt);
    try {
      await this.startAll(home, servers);
    } catch (cause) {
      if (!signal?.aborted) throw cause;
      throw new EmbeddedError('INTERRUPTED', 'the start was interrupted', {
        cause,
        todo: 'Start again: it goes on from what is there.',
      });
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  private async startAll(home: Home, servers: readonly ServerDefinition[]): Promise<void> {
    const left = await endProcessesOf(home.path);
    if (left > 0)
      this.event('platform', 'stopped', `ended ${left} processes that an earlier run had left`);
    const own = servers.filter(server => !this.endpoints.externalOf(server));
    await Promise.all(
      own.map(server =>
        server.install(this.machine, text => this.event(server.name, 'installing', text)),
      ),
    );
    this.options.signal?.throwIfAborted();
    const ready = new Map<string, Promise<void>>();
    for (const server of servers) {
      const waits = server.dependsOn.map(name => {
        const dependency = ready.get(name);
        if (!dependency)
          throw new Error(`${server.name} depends on ${name}, which must come before it`);
        return dependency;
      });
      const start = Promise.all(waits)
        .then(() => this.startServer(server))
        .then(() => this.options.afterReady?.[server.name]?.());
      // The first failure ends the waiting of the others; it is the one that is reported.
      start.catch(() => {
        this.stopping = true;
      });
      ready.set(server.name, start);
    }
    const everything = [...ready.values()];
    const first = Promise.all(everything);
    await first.catch(() => Promise.allSettled(everything));
    await first;
  }

  /** Ends all servers, the last started first, and lets go of the home. */
  async stop(): Promise<void> {
    this.stopping = true;
    // Refused at the start: what runs there is another's.
    if (!this.claimed) return;
    this.claimed = false;
    for (const { definition, process } of [...this.started].reverse()) {
      if (process) {
        await this.endServer(definition, process);
        this.event(definition.name, 'stopped', 'stopped');
      }
    }
    // What a server has left behind: tasks of DolphinScheduler, for example.
    await endProcessesOf(this.options.home.path, 2);
    rmSync(this.options.home.file('run', 'servers.json'), { force: true });
    releaseHome(this.options.home);
  }

  private async endServer(definition: ServerDefinition, process: RunningProcess): Promise<void> {
    process.signal(this.stopSignals.get(definition.name) ?? 'SIGTERM');
    const late = sleep(STOP_GRACE, 'late' as const, { ref: false });
    if ((await Promise.race([process.ended, late])) === 'late') process.signal('SIGKILL');
    await process.ended;
  }

  private async startServer(definition: ServerDefinition): Promise<void> {
    const begun = Date.now();
    const external = this.endpoints.externalOf(definition);
    const context = await this.endpoints.context(definition, false);
    const entry: Started = { definition, context };
    this.started.push(entry);
    if (!external) await this.launch(entry);
    await this.untilReady(entry);
    this.record();
    const seconds = (Date.now() - begun) / 1000;
    this.event(definition.name, 'ready', context.endpoint.url, seconds);
  }

  private async launch(entry: Started): Promise<void> {
    const { definition, context } = entry;
    this.event(definition.name, 'starting', definition.title);
    const spec = await definition.start(context);
    if (this.stopping) return;
    this.stopSignals.set(definition.name, spec.stopSignal ?? 'SIGTERM');
    const as =
      spec.asServiceUser && this.machine.root ? await this.machine.osUser(SERVICE_USER) : undefined;
    entry.process = startProcess({
      ...spec,
      env: { ...withoutSecrets(process.env), ...spec.env, [HOME_MARK]: this.options.home.path },
      log: this.logOf(definition.name),
      ...as,
    });
    this.record();
    const running = entry.process;
    void running.ended.then(({ code, signal }) => {
      if (!this.stopping && entry.process === running && this.wasReady.has(definition.name)) {
        this.event(definition.name, 'died', `ended with ${signal ?? code}; starting it again`);
        void this.restart(entry, SHORTEST_PAUSE);
      }
    });
  }

  private async restart(entry: Started, pause: number): Promise<void> {
    const begun = Date.now();
    try {
      await this.launch(entry);
      await this.untilReady(entry);
      this.event(
        entry.definition.name,
        'ready',
        entry.context.endpoint.url,
        (Date.now() - begun) / 1000,
      );
    } catch (error) {
      if (this.stopping) return;
      this.event(
        entry.definition.name,
        'died',
        error instanceof Error ? error.message : String(error),
      );
      await sleep(pause);
      if (!this.stopping) await this.restart(entry, Math.min(pause * 2, LONGEST_PAUSE));
    }
  }

  /** Repeats the probe until it succeeds, the process ends or the limit is over. */
  private async untilReady(entry: Started): Promise<void> {
    const { definition, context } = entry;
    const { name, startLimit } = definition;
    const running = entry.process;
    this.wasReady.delete(name);
    let died: string | undefined;
    void running?.ended.then(({ code, signal }) => {
      died = `${signal ?? code}`;
    });
    const deadline = Date.now() + startLimit * 1000;
    for (;;) {
      const failure = await definition.probe(context).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined && died === undefined) break;
      if (died !== undefined) {
        throw new EmbeddedError(
          'SERVER_DIED',
          `${name} ended with ${died} while it started:\n${this.logTail(name)}`,
          {
            where: this.logOf(name),
            todo: 'Read its log, mend the cause and try again; `./dolphinstage reset` starts from nothing.',
          },
        );
      }
      if (this.stopping || Date.now() > deadline) {
        throw new EmbeddedError('NOT_READY', `${name} wasn't ready within ${startLimit} s`, {
          cause: failure,
          where: running ? this.logOf(name) : context.endpoint.url,
          todo: running ? 'Read its log.' : 'Is your own server up, and may its user connect?',
        });
      }
      await sleep(PROBE_EVERY);
    }
    this.wasReady.add(name);
  }

  private logOf(server: string): string {
    return this.options.home.file('logs', `${server}.log`);
  }

  private logTail(server: string): string {
    const log = this.logOf(server);
    return existsSync(log)
      ? readFileSync(log, 'utf8').trim().split('\n').slice(-12).join('\n')
      : '';
  }

  private record(): void {
    const records: ServerRecord[] = this.started.map(({ definition, context, process }) => ({
      name: definition.name,
      port: context.endpoint.port,
      url: context.endpoint.url,
      pid: process?.pid,
    }));
    writeJson(this.options.home.file('run', 'servers.json'), records, 0o644);
  }

  private event(server: string, state: ServerEvent['state'], text: string, seconds?: number): void {
    this.options.onEvent?.({ server, state, text, seconds });
  }
}

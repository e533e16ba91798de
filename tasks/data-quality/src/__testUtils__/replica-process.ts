import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleProgram } from '@dolphinstage/task-kit';

// A test's own place.
// eslint-disable-next-line no-restricted-syntax
const MAIN = join(__dirname, '..', 'replica', 'main.ts');

/** The replica's program as one file, as it runs in production. */
export async function replicaProgram(folder: string): Promise<string> {
  return (await bundleProgram(MAIN, 'dolphinstage-quality', folder)).file;
}

/** What a replica is started with, beside its name and port. */
export interface ReplicaProcessOptions {
  /** See {@link replicaProgram}. */
  readonly program: string;
  readonly contracts: string;
  readonly connections: string;
  readonly group: string;
  readonly sessionMs: number;
  /** Names topics of the suite's own. */
  readonly suffix: string;
  /** Whether it tells Slack, by the connection of that name. */
  readonly slack?: boolean;
}

/** A replica as it runs in production: a process of its own. */
export class ReplicaProcess {
  log = '';
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly options: ReplicaProcessOptions,
  ) {}

  start(): void {
    const { program, contracts, connections, group, sessionMs, suffix, slack } = this.options;
    const child = spawn(
      process.execPath,
      [
        ...[program, '--contracts', contracts, '--connections', connections],
        ...(slack ? ['--slack', 'slack'] : []),
        ...['--name', this.name, '--port', String(this.port), '--group', group],
        ...['--session', String(sessionMs), '--topic-suffix', suffix],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const collect = (chunk: Buffer) => {
      this.log = (this.log + chunk).slice(-20_000);
    };
    child.stdout!.on('data', collect);
    child.stderr!.on('data', collect);
    this.child = child;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && !this.child.killed;
  }

  /** What it waits for; undefined when it is ready. */
  async waitingFor(): Promise<string | undefined> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`);
      return answer.status === 200 ? undefined : await answer.text();
    } catch (error) {
      return String(error);
    }
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
  }

  /** Ends it, and gives its exit code; null where a signal ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  }

  /** Stops its clock, as a machine that stalls does. */
  stall(): void {
    this.child?.kill('SIGSTOP');
  }

  go(): void {
    this.child?.kill('SIGCONT');
  }
}

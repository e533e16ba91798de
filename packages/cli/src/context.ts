import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import type { Installation } from './installation';

/**
 * A DolphinScheduler that commands act on: the embedded one, or an instance of `dolphinscheduler.instances`
 * in app-config.yaml.
 */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly client: DolphinSchedulerClient;
  /** How task code gets to the workers. */
  readonly delivery: 'path' | 'resource';
  /** Where bundles are put when delivered by path. */
  readonly bundles: string;
  /** The DolphinScheduler environment that tasks of packs run in. */
  readonly environment: string;
  /** Used for workflows that name none. */
  readonly tenant: string;
}

/** What every command gets. Nothing else prints, so that every output is redacted. */
export interface CliContext {
  readonly installation: Installation;
  /** The folder that the command was called in. */
  readonly cwd: string;
  /** True when stdout is a terminal: progress may redraw itself. */
  readonly interactive: boolean;
  /** A line on stdout. */
  out(text: string): void;
  /** Text on stdout as it is: a table redrawn in place. */
  write(text: string): void;
  /** A line on stderr: progress and hints, so that stdout stays for results. */
  note(text: string): void;
  /** One JSON value as stdout's last line. */
  json(value: unknown): void;
  /** The exit code that the command will end with; the highest one given wins. */
  exit(code: number): void;
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * @param name - of an instance; by default `DOLPHINSTAGE_TARGET`, else the embedded platform; without one, the only instance.
   * @throws CliError `TARGET_UNKNOWN`, `PLATFORM_DOWN`.
   */
  target(name?: string): Promise<Target>;
}

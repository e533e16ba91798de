import type { Machine } from './machine/machine';

/**
 * Where a server is and who may use it. `password` is a registered secret.
 *
 * @public
 */
export interface Endpoint {
  host: string;
  port: number;
  user?: string;
  password?: string;
  /** What a person opens or a client is given; never with a password. */
  url: string;
}

/** How a process is started. @public */
export interface ProcessSpec {
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd: string;
  /** The OS user; servers that refuse root are started as the service user. Default: ours. */
  asServiceUser?: boolean;
  /** What asks it to end cleanly. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** What a server's file gets to work with. @public */
export interface ServerContext {
  readonly machine: Machine;
  /** The server's own folder below the home: data, configuration, logs. */
  readonly folder: string;
  readonly endpoint: Endpoint;
  /** A free port, the same at each start as long as it stays free. */
  port(purpose: string): Promise<number>;
  /** A random password, made once and kept in the home (0600). */
  secret(purpose: string): string;
  /** The endpoint of a server that this one depends on. */
  endpointOf(server: string): Endpoint;
  /** A line for people about what is going on. */
  report(text: string): void;
}

/**
 * One embedded server. Adding one is adding one file with such an object and naming it in `servers/index.ts`.
 *
 * @public
 */
export interface ServerDefinition {
  readonly name: string;
  /** One line for people: what it is, in which version. */
  readonly title: string;
  /** Servers that must be ready before this one starts. */
  readonly dependsOn: readonly string[];
  /**
   * The environment variable that points to the user's own server instead (a URL with user and
   * password), also `embedded.<name>.url` in app-config.yaml. Absent: always embedded.
   */
  readonly external?: string;
  /** Seconds that a start may take before it counts as failed. */
  readonly startLimit: number;
  /** Brings what it needs into the cache. Runs before anything starts; does nothing the second time. */
  install(machine: Machine, report: (text: string) => void): Promise<void>;
  /** Where it will listen. */
  endpoint(context: Omit<ServerContext, 'endpoint'>): Promise<Endpoint>;
  /** Prepares the data folder where needed and says how to start. */
  start(context: ServerContext): Promise<ProcessSpec>;
  /** Resolves when it really serves; rejects while it doesn't. One try; the supervisor repeats it. */
  probe(context: ServerContext): Promise<void>;
  /** Ports that it opens on every interface and can't be told not to, in words. */
  readonly openPorts?: string;
}

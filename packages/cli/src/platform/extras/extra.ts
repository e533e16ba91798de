import type { Endpoint, Home, ServerDefinition } from '@dolphinstage/embedded';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import type { CliContext, Target } from '../../context';
import type { TenantHome } from '../tenant';

/** What an extra's own set-up gets to work with. */
export interface ExtraContext {
  readonly home: Home;
  /** The endpoint of a server that is ready. */
  endpointOf(server: string): Endpoint;
  /** Whose tasks run. */
  readonly tenant: TenantHome;
}

/** What an extra begins with, once its workflows are applied. */
export interface ExtraBegin extends ExtraContext {
  readonly cli: CliContext;
  readonly target: Target;
}

/**
 * A group of servers that `up --with <name>` starts beside the platform. Adding one is adding one file with such an
 * object and naming it in `extras/index.ts`.
 */
export interface Extra {
  /** What is typed after `--with`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** Extras that are started with it, without being asked for. */
  readonly needs?: readonly string[];
  /**
   * Its servers; they may depend on those of the platform and of the extras it needs.
   *
   * @param beside - names of all extras that are started, for what is used where it is there.
   */
  servers(home: Home, beside: ReadonlySet<string>): readonly ServerDefinition[];
  /** Files of workflows that are applied once the platform is up. */
  readonly workflows?: readonly string[];
  /** Connections that the tenant's tasks get, by their names; those of these names that are there already are replaced. */
  connections?(context: ExtraContext): Readonly<Record<string, ConnectionSettings>>;
  /**
   * What is set up as soon as a server is ready (its own or the platform's), by the server's name, before those that depend on
   * it start. Runs at each start, so it does nothing where its result is there already.
   */
  readonly afterReady?: Readonly<Record<string, (context: ExtraContext) => Promise<void>>>;
  /**
   * What is done once its workflows are applied, at each start.
   *
   * @returns what `up --check` prints of it, under the extra's name.
   * @throws CliError `CHECK_FAILED` where the extra isn't usable.
   */
  begin?(context: ExtraBegin): Promise<object>;
}

import type { CliContext, Target } from './context';
import type { Commands } from './commands';

/** How a new repository gets at the libraries that its files import. */
export interface Libraries {
  /** What its package.json depends on. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** What makes them importable at once; undefined where the user installs them. */
  link?(folder: string): void;
  /** What brings them after a fresh clone, as a README's sentence. */
  readonly afterClone: string;
}

/** The embedded platform, where the command can start one. */
export interface EmbeddedPlatform {
  /** The connections file of its tenant; undefined before the first `up`. */
  connectionsFile(): Promise<string | undefined>;
  /** Shows each server. */
  showStatus(cli: CliContext, json: boolean): Promise<void>;
}

/** What the command was installed as: a checkout with a platform of its own, or the npm packages alone. */
export interface Installation {
  readonly version: string;
  readonly commands: Commands;
  /** The folder whose app-config.yaml counts where the current one has none. */
  readonly configFolder?: string;
  readonly platform?: EmbeddedPlatform;
  libraries(): Libraries;
  /** See {@link CliContext.target}. */
  findTarget(name: string | undefined): Promise<Target>;
  /** What `--target` takes. */
  targetNames(): Promise<string[]>;
}

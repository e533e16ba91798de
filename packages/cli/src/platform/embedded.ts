/** The embedded platform, as commands that work on any DolphinScheduler see it. */
import type { Target } from '../context';
import { platformHome } from '../home';
import { embeddedConnections, readEmbeddedTarget } from './embedded-target';

export { showStatus } from './show-status';

export const connectionsFile = (): string | undefined => embeddedConnections(platformHome());

/** @throws CliError `PLATFORM_DOWN`. */
export const target = (): Promise<Target> => readEmbeddedTarget(platformHome());

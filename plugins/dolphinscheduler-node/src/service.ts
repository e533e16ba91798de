import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LoggerService,
  type RootConfigService,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { ConfiguredInstance, type DolphinSchedulerInstance } from './instance';
import { readSettings } from './instances';

/** The DolphinScheduler instances of app-config.yaml. @public */
export interface DolphinSchedulerService {
  readonly instances: readonly DolphinSchedulerInstance[];
  /** @throws NotFoundError */
  instance(name: string): DolphinSchedulerInstance;
}

/**
 * The service of a configuration.
 *
 * @throws InputError for a wrong one.
 * @public
 */
export function createDolphinSchedulerService(
  config: RootConfigService,
  logger: LoggerService,
): DolphinSchedulerService {
  const { instances: settings, cache } = readSettings(config);
  // Without a token there is nobody to ask as: the command line may have one.
  const instances = settings
    .filter(({ token }) => token !== undefined)
    .map(one => new ConfiguredInstance({ settings: one, maxAge: cache, logger }));
  return {
    instances,
    instance(name) {
      const found = instances.find(instance => instance.name === name);
      if (found) return found;
      throw new NotFoundError(
        `there is no DolphinScheduler instance ${name} with a token in app-config.yaml`,
      );
    },
  };
}

/** One for the whole backend, so that all plugins share what has been read. @public */
export const dolphinschedulerServiceRef = createServiceRef<DolphinSchedulerService>({
  id: 'dolphinscheduler.instances',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
      factory: ({ config, logger }) => createDolphinSchedulerService(config, logger),
    }),
});

import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  type SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { searchIndexRegistryExtensionPoint } from '@backstage/plugin-search-backend-node/alpha';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { DefaultDolphinschedulerCollatorFactory } from './collator';

const KEY = 'search.collators.dolphinscheduler.schedule';

const DEFAULT_SCHEDULE: SchedulerServiceTaskScheduleDefinition = {
  frequency: { minutes: 10 },
  timeout: { minutes: 5 },
  initialDelay: { seconds: 10 },
};

/** @throws InputError that says which key is wrong. */
function readSchedule(config: Config): SchedulerServiceTaskScheduleDefinition {
  const schedule = config.getOptionalConfig(KEY);
  if (!schedule) return DEFAULT_SCHEDULE;
  try {
    return readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule);
  } catch (error) {
    throw new InputError(`${KEY} in app-config.yaml is wrong`, error);
  }
}

/** DolphinScheduler's workflows in the search. @public */
export const searchModuleDolphinscheduler = createBackendModule({
  pluginId: 'search',
  moduleId: 'dolphinscheduler',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        dolphinscheduler: dolphinschedulerServiceRef,
        indexRegistry: searchIndexRegistryExtensionPoint,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ config, dolphinscheduler, indexRegistry, logger, scheduler }) {
        indexRegistry.addCollator({
          schedule: scheduler.createScheduledTaskRunner(readSchedule(config)),
          factory: new DefaultDolphinschedulerCollatorFactory({ dolphinscheduler, logger }),
        });
      },
    });
  },
});

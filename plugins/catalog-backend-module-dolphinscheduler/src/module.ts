import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { WorkflowProvider } from './provider';
import { readSettings } from './settings';

/** DolphinScheduler's workflows as entities of the catalog. @public */
export const catalogModuleDolphinscheduler = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'dolphinscheduler',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        dolphinscheduler: dolphinschedulerServiceRef,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ catalog, config, dolphinscheduler, logger, scheduler }) {
        const settings = readSettings(config);
        for (const instance of dolphinscheduler.instances) {
          catalog.addEntityProvider(
            new WorkflowProvider({
              instance,
              settings: settings.forInstance(instance.name),
              taskRunner: scheduler.createScheduledTaskRunner(settings.schedule),
              logger,
            }),
          );
        }
      },
    });
  },
});

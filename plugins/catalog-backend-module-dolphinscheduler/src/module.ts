import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint, catalogServiceRef } from '@backstage/plugin-catalog-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { knownEntities } from './known-entities';
import { readDeclaredData } from './declared-data';
import { WorkflowProvider } from './provider';
import { readSettings } from './settings';
import { StatusProcessor } from './status-processor';

/** DolphinScheduler's workflows as entities of the catalog. @public */
export const catalogModuleDolphinscheduler = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'dolphinscheduler',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        processing: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        dolphinscheduler: dolphinschedulerServiceRef,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, catalog, processing, config, dolphinscheduler, logger, scheduler }) {
        const settings = readSettings(config);
        processing.addProcessor(new StatusProcessor());
        for (const instance of dolphinscheduler.instances) {
          processing.addEntityProvider(
            new WorkflowProvider({
              instance,
              settings: settings.forInstance(instance.name),
              taskRunner: scheduler.createScheduledTaskRunner(settings.schedule),
              logger,
              known: () => knownEntities({ catalog, auth }, instance.name),
              declared: () => readDeclaredData({ catalog, auth }),
            }),
          );
        }
      },
    });
  },
});

import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { createApplyAction } from './actions/apply';
import { createImportAction } from './actions/import';
import { createPlanAction } from './actions/plan';
import { createPublishGitAction } from './actions/publish-git';
import { createRunAction } from './actions/run';
import { Instances } from './instances';

/** Scaffolder actions that plan, apply, run and import workflows of DolphinScheduler. @public */
export const scaffolderModuleDolphinscheduler = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'dolphinscheduler',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        dolphinscheduler: dolphinschedulerServiceRef,
        permissions: coreServices.permissions,
      },
      async init({ actions, config, dolphinscheduler, permissions }) {
        const deps = { instances: new Instances(dolphinscheduler, config), permissions };
        actions.addActions(
          createPlanAction(deps),
          createApplyAction(deps),
          createRunAction(deps),
          createImportAction(deps),
          createPublishGitAction({ config }),
        );
      },
    });
  },
});

import { createBackendModule } from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createCheckContractAction } from './actions/check-contract';

/** A scaffolder action that checks contracts of streams. @public */
export const scaffolderModuleDataQuality = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'data-quality',
  register(env) {
    env.registerInit({
      deps: { actions: scaffolderActionsExtensionPoint },
      async init({ actions }) {
        actions.addActions(createCheckContractAction());
      },
    });
  },
});

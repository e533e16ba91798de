import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { Access } from './access/access';
import { createRouter } from './router';

/** DolphinScheduler's workflows, runs and logs below `/api/dolphinscheduler`. @public */
export const dolphinschedulerPlugin = createBackendPlugin({
  pluginId: 'dolphinscheduler',
  register(env) {
    env.registerInit({
      deps: {
        service: dolphinschedulerServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        httpRouter: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        auditor: coreServices.auditor,
        signals: signalsServiceRef,
      },
      async init({ service, permissions, permissionsRegistry, httpRouter, ...others }) {
        const access = new Access(permissions, permissionsRegistry, service);
        httpRouter.use(createRouter({ service, access, ...others }));
      },
    });
  },
});

import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { Access } from './access/access';
import { registerActions } from './actions';
import { Changes } from './changes';
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
        auth: coreServices.auth,
        auditor: coreServices.auditor,
        signals: signalsServiceRef,
        registry: actionsRegistryServiceRef,
      },
      async init({ service, permissions, permissionsRegistry, auditor, signals, ...others }) {
        const { httpRouter, httpAuth, auth, registry } = others;
        const access = new Access(permissions, permissionsRegistry, service);
        const changes = new Changes({ access, auditor, signals });
        registerActions(registry, { service, access, changes, auth });
        httpRouter.use(createRouter({ service, access, changes, httpAuth }));
      },
    });
  },
});

import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { Access } from './access/access';
import { factsOf } from './owners';
import { createRouter } from './router';
import { readSettings } from './settings';
import { ModelStore } from './store';

/** Models that are trained every night, below `/api/models`. @public */
export const modelsPlugin = createBackendPlugin({
  pluginId: 'models',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({ auditor, config, httpAuth, httpRouter, lifecycle, ...others }) {
        const { permissions, permissionsRegistry } = others;
        const store = new ModelStore(readSettings(config));
        const access = new Access(permissions, permissionsRegistry, async model => {
          const [known] = await store.list(model);
          return known ? factsOf(known) : { model };
        });
        httpRouter.use(createRouter({ store, access, httpAuth, auditor }));
        lifecycle.addShutdownHook(() => store.close());
      },
    });
  },
});

import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import { Access } from './access/access';
import { registerActions } from './actions';
import { FailedRuns } from './alerts/failed-runs';
import { Changes } from './changes';
import { RateLimit } from './rate-limit';
import { COOKIE_PATH, createRouter, OPEN_PATHS } from './router';
import { readSettings } from './settings';

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
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        notifications: notificationService,
        auditor: coreServices.auditor,
        signals: signalsServiceRef,
        registry: actionsRegistryServiceRef,
      },
      async init({ service, permissions, permissionsRegistry, httpRouter, ...others }) {
        const { auditor, auth, config, httpAuth, logger, notifications, registry, signals } =
          others;
        const { alertSecrets: secrets, connections, limits } = readSettings(config);
        const access = new Access(permissions, permissionsRegistry, service);
        const changes = new Changes({
          access,
          auditor,
          signals,
          limit: new RateLimit('changes', limits.changes),
        });
        registerActions(registry, { service, access, changes, auth });
        const alerts = {
          service,
          secrets,
          limit: new RateLimit('alerts', limits.alerts),
          failedRuns: new FailedRuns({ notifications, signals, logger }),
        };
        httpRouter.use(
          createRouter({
            service,
            access,
            changes,
            httpAuth,
            alerts,
            connections,
            downloads: new RateLimit('downloads', limits.downloads),
          }),
        );
        httpRouter.addAuthPolicy({ path: COOKIE_PATH, allow: 'user-cookie' });
        for (const path of OPEN_PATHS) httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
      },
    });
  },
});

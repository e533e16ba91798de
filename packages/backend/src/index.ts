import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-auth-backend-module-oidc-provider'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'));
backend.add(import('@dolphinstage/plugin-catalog-backend-module-dolphinscheduler'));
backend.add(import('./local-text'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('./permission-policy'));

backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-notifications'));
// Each does nothing until its Git host is among the integrations of app-config.yaml.
backend.add(import('@backstage/plugin-scaffolder-backend-module-gitea'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-github'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-gitlab'));
backend.add(import('@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler'));
backend.add(import('@dolphinstage/plugin-scaffolder-backend-module-data-quality'));

backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-pg'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));
backend.add(import('@dolphinstage/plugin-search-backend-module-dolphinscheduler'));

backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));
backend.add(import('@backstage/plugin-mcp-actions-backend'));

backend.add(import('@dolphinstage/plugin-data-quality-backend'));
backend.add(import('@dolphinstage/plugin-dolphinscheduler-backend'));
backend.add(import('@dolphinstage/plugin-models-backend'));

// One that can't start must end: whatever looks after it sees that, and it would only hang.
backend.start().catch((error: unknown) => {
  process.stderr.write(
    `the portal can't start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});

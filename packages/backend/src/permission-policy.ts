import { createBackendModule } from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { Policy } from './policy';

/** Who may do what; see {@link Policy}. */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'dolphinstage-policy',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new Policy());
      },
    });
  },
});

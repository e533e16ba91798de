import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './modules/nav';
import { signInModule } from './modules/sign-in';

/** Plugins are found by the dependencies of this package; see `app.packages` in app-config.yaml. */
export default createApp({ features: [navModule, signInModule] });

import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './modules/nav';

/** Plugins are found by the dependencies of this package; see `app.packages` in app-config.yaml. */
export default createApp({ features: [navModule] });

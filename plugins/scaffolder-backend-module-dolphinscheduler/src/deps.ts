import type { PermissionsService } from '@backstage/backend-plugin-api';
import type { Instances } from './instances';

/** What every action needs. */
export interface ActionDeps {
  readonly instances: Instances;
  readonly permissions: PermissionsService;
}

import type { Config } from '@backstage/config';
import type {
  DolphinSchedulerInstance,
  DolphinSchedulerService,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import type { PlanOptions } from '@dolphinstage/workflows';

/** As the dolphinstage command has it. */
const DEFAULT_ENVIRONMENT = 'dolphinstage';

/** The instances that steps can name: those of app-config.yaml and no others. */
export class Instances {
  constructor(
    private readonly service: DolphinSchedulerService,
    private readonly config: Config,
  ) {}

  /** @throws NotFoundError */
  get(name: string): DolphinSchedulerInstance {
    return this.service.instance(name);
  }

  /** How plans for an instance are made, the bundles of packs apart. */
  planOptions({ name, tenant }: DolphinSchedulerInstance): Omit<PlanOptions, 'bundles'> {
    const own = this.config
      .getOptionalConfigArray('dolphinscheduler.instances')
      ?.find(each => each.getOptionalString('name') === name);
    return {
      target: name,
      tenant,
      environment: own?.getOptionalString('environment') ?? DEFAULT_ENVIRONMENT,
      delivery:
        own?.getOptionalString('delivery') === 'path'
          ? { kind: 'path', folder: own.getString('bundles') }
          : { kind: 'resource' },
    };
  }
}

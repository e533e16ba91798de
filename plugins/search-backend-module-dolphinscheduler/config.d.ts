import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  search?: {
    collators?: {
      /** DolphinScheduler's workflows. */
      dolphinscheduler?: {
        /** How often they are indexed. Default: every 10 minutes, at most 5 minutes at a time, first after 10 seconds. */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      };
    };
  };
}

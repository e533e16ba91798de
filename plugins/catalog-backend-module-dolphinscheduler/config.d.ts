import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  dolphinscheduler?: {
    /** How DolphinScheduler's workflows get into the catalog. */
    catalog?: {
      /**
       * How often they are looked at. Default: every 60 seconds, at most 5 minutes at a time, in each backend (scope
       * `local`: what is compared with is in memory).
       */
      schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      /** Of workflows whose descriptions name no owner: an entity ref. Default `group:default/unknown`. */
      defaultOwner?: string;
      /** Project → system, of workflows that name none; the system is an entity ref. Default: none. */
      systems?: { [project: string]: string };
      /** What is different for an instance, by its name. */
      instances?: {
        [instance: string]: {
          defaultOwner?: string;
          systems?: { [project: string]: string };
        };
      };
    };
  };
}

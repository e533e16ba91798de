/**
 * DolphinScheduler's workflows, runs and logs in Backstage: the plugin for the legacy frontend
 * system. The one for the new system is `@dolphinstage/plugin-dolphinscheduler/alpha`.
 *
 * @packageDocumentation
 */
export { dolphinSchedulerApiRef, DolphinSchedulerClient, type DolphinSchedulerApi } from './api';
export { isDolphinSchedulerAvailable } from './model/entity';
export {
  DolphinSchedulerConnectionField,
  DolphinSchedulerDatasourceField,
  DolphinSchedulerInstanceField,
  DolphinSchedulerPage,
  dolphinSchedulerPlugin,
  DolphinSchedulerProjectField,
  DolphinSchedulerScheduleField,
  EntityDolphinSchedulerCard,
  EntityDolphinSchedulerContent,
} from './plugin';

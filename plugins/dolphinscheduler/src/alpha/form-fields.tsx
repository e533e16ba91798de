import { createFormField, FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';

/** What templates name as `ui:field`. */
export const formFields = [
  FormFieldBlueprint.make({
    name: 'instance',
    params: {
      field: async () => {
        const { InstanceField } = await import('../components/form/fields');
        return createFormField({ name: 'DolphinSchedulerInstance', component: InstanceField });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'project',
    params: {
      field: async () => {
        const { ProjectField } = await import('../components/form/fields');
        return createFormField({ name: 'DolphinSchedulerProject', component: ProjectField });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'connection',
    params: {
      field: async () => {
        const { ConnectionField } = await import('../components/form/fields');
        return createFormField({ name: 'DolphinSchedulerConnection', component: ConnectionField });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'datasource',
    params: {
      field: async () => {
        const { DatasourceField } = await import('../components/form/fields');
        return createFormField({ name: 'DolphinSchedulerDatasource', component: DatasourceField });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'schedule',
    params: {
      field: async () => {
        const { ScheduleField } = await import('../components/form/fields');
        return createFormField({ name: 'DolphinSchedulerSchedule', component: ScheduleField });
      },
    },
  }),
];

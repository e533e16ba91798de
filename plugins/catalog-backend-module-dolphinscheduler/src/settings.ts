import {
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  type SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const KEY = 'dolphinscheduler.catalog';

const entityRef = (defaultKind: string) =>
  z.string().transform((text, context) => {
    try {
      return stringifyEntityRef(parseEntityRef(text, { defaultKind, defaultNamespace: 'default' }));
    } catch {
      context.addIssue(`"${text}" is no entity ref, such as ${defaultKind}:default/sales`);
      return z.NEVER;
    }
  });

const overridable = {
  defaultOwner: entityRef('group').optional(),
  systems: z.record(z.string(), entityRef('system')).default({}),
};

const settingsSchema = z.object({
  ...overridable,
  instances: z.record(z.string(), z.object(overridable)).default({}),
});

const DEFAULT_SCHEDULE: SchedulerServiceTaskScheduleDefinition = {
  frequency: { seconds: 60 },
  timeout: { minutes: 5 },
  // Each backend compares with what it has in memory.
  scope: 'local',
};

/** How an instance's workflows become entities. */
export interface EntitySettings {
  /** An entity ref. */
  readonly defaultOwner: string;
  /** Project → entity ref. */
  readonly systems: ReadonlyMap<string, string>;
}

/** `dolphinscheduler.catalog` of app-config.yaml. */
export interface Settings {
  readonly schedule: SchedulerServiceTaskScheduleDefinition;
  forInstance(name: string): EntitySettings;
}

/** @throws InputError that says which key is wrong. */
export function readSettings(config: Config): Settings {
  const own = config.getOptionalConfig(KEY);
  const parsed = settingsSchema.safeParse(own?.get() ?? {});
  if (!parsed.success) {
    throw new InputError(`${KEY} in app-config.yaml is wrong: ${z.prettifyError(parsed.error)}`);
  }
  const { defaultOwner = 'group:default/unknown', systems, instances } = parsed.data;
  const schedule = own?.getOptionalConfig('schedule');
  return {
    schedule: schedule
      ? {
          scope: DEFAULT_SCHEDULE.scope,
          ...readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule),
        }
      : DEFAULT_SCHEDULE,
    forInstance: name => ({
      defaultOwner: instances[name]?.defaultOwner ?? defaultOwner,
      systems: new Map(Object.entries({ ...systems, ...instances[name]?.systems })),
    }),
  };
}

import {
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  type SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { isOwner } from '@dolphinstage/workflows';
import { z } from 'zod';

const KEY = 'dolphinscheduler.catalog';

const entityRef = (defaultKind: string) =>
  z
    .string()
    // What can be an owner can be a system: both are entities.
    .refine(isOwner, { error: `is no entity ref, such as ${defaultKind}:default/sales` })
    .transform(text =>
      stringifyEntityRef(parseEntityRef(text, { defaultKind, defaultNamespace: 'default' })),
    );

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

function readSchedule(config: Config): SchedulerServiceTaskScheduleDefinition {
  const schedule = readSchedulerServiceTaskScheduleDefinitionFromConfig(config);
  return { ...schedule, scope: schedule.scope ?? DEFAULT_SCHEDULE.scope };
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
    schedule: schedule ? readSchedule(schedule) : DEFAULT_SCHEDULE,
    forInstance: name => ({
      defaultOwner: instances[name]?.defaultOwner ?? defaultOwner,
      systems: new Map(Object.entries({ ...systems, ...instances[name]?.systems })),
    }),
  };
}

import type { ServerDefinition } from '../server';
import { dolphinscheduler } from './dolphinscheduler';
import { kafka } from './kafka';
import { mariadb } from './mariadb';
import { postgres } from './postgres';

/** Every server of the default platform; one comes after those that it depends on. @public */
export const servers: readonly ServerDefinition[] = [postgres, kafka, mariadb, dolphinscheduler];

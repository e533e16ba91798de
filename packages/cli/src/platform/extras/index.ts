import type { Extra } from './extra';
import { models } from './models';
import { monitoring } from './monitoring';
import { quality } from './quality';
import { schemaRegistry } from './schema-registry';

export type { Extra, ExtraBegin, ExtraContext } from './extra';

/** All that `up --with` knows; one comes after those that it needs. */
export const extras: readonly Extra[] = [monitoring, schemaRegistry, quality, models];

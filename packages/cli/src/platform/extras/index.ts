import type { Extra } from './extra';
import { monitoring } from './monitoring';
import { quality } from './quality';
import { schemaRegistry } from './schema-registry';

export type { Extra, ExtraContext } from './extra';

/** All that `up --with` knows; one comes after those that it needs. */
export const extras: readonly Extra[] = [monitoring, schemaRegistry, quality];

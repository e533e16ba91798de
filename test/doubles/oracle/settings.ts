import { z } from 'zod';
import { OracleDoubleError } from './errors';
import type { OracleDoubleSettings } from './server';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1);

const environment = z.object({
  /** 0 takes a free port. */
  ORACLE_DOUBLE_PORT: port,
  ORACLE_DOUBLE_USER: z.string().min(1),
  ORACLE_DOUBLE_PASSWORD: z.string().min(1),
  ORACLE_DOUBLE_SERVICE: z.string().min(1).optional(),
  ORACLE_DOUBLE_PG_HOST: z.string().min(1).default('127.0.0.1'),
  ORACLE_DOUBLE_PG_PORT: port.default(5432),
  ORACLE_DOUBLE_PG_USER: z.string().min(1),
  ORACLE_DOUBLE_PG_PASSWORD: z.string().default(''),
  ORACLE_DOUBLE_PG_DATABASE: z.string().min(1),
  /** See {@link FaultSettings}. */
  ORACLE_DOUBLE_DROP_AFTER_ROWS: count.optional(),
  ORACLE_DOUBLE_DROPS: count.optional(),
});

/** @throws OracleDoubleError `ORACLE_DOUBLE_CONFIG`. */
export function readSettings(env: NodeJS.ProcessEnv): OracleDoubleSettings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const names = parsed.error.issues.map(issue => issue.path.join('.'));
    throw new OracleDoubleError('ORACLE_DOUBLE_CONFIG', `missing or wrong: ${names.join(', ')}`, {
      where: 'the environment',
      todo: 'See the README of the Oracle double.',
    });
  }
  const settings = parsed.data;
  return {
    port: settings.ORACLE_DOUBLE_PORT,
    user: settings.ORACLE_DOUBLE_USER,
    password: settings.ORACLE_DOUBLE_PASSWORD,
    service: settings.ORACLE_DOUBLE_SERVICE,
    database: {
      host: settings.ORACLE_DOUBLE_PG_HOST,
      port: settings.ORACLE_DOUBLE_PG_PORT,
      user: settings.ORACLE_DOUBLE_PG_USER,
      password: settings.ORACLE_DOUBLE_PG_PASSWORD,
      database: settings.ORACLE_DOUBLE_PG_DATABASE,
    },
    faults: {
      dropAfterRows: settings.ORACLE_DOUBLE_DROP_AFTER_ROWS,
      drops: settings.ORACLE_DOUBLE_DROPS,
    },
  };
}

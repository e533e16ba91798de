import { readFileSync } from 'node:fs';
import { DolphinstageError } from '@dolphinstage/common';

/** An account on a server. @public */
export interface ServerAccount {
  host: string;
  port: number;
  user: string;
  password: string;
}

/**
 * The servers of a test run, as `./dolphinstage test` has started them: real ones, once per run.
 *
 * @public
 */
export interface TestPlatform {
  /** A superuser; each suite makes a database of its own. */
  postgres: ServerAccount;
  /** A superuser; each suite makes a database of its own. */
  mariadb: ServerAccount;
  kafka: { brokers: string[] };
  /**
   * `url` ends with `/dolphinscheduler`; the account is the administrator's; `tenant` is there. Each suite makes a
   * project of its own.
   */
  dolphinscheduler: {
    url: string;
    user: string;
    password: string;
    tenant: string;
    /** The port of its Python gateway, where that was asked for. */
    pythonGateway?: number;
  };
  /** Each suite names its models and experiments so that nobody else does. */
  mlflow: { url: string };
}

/**
 * @throws DolphinstageError `TEST_PLATFORM_MISSING` outside a test run: a suite never skips silently.
 * @public
 */
export function testPlatform(): TestPlatform {
  const file = process.env.DOLPHINSTAGE_TEST_PLATFORM;
  if (!file) {
    throw new DolphinstageError('TEST_PLATFORM_MISSING', 'this suite needs real servers', {
      todo: 'Run it with ./dolphinstage test <path or name>.',
    });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as TestPlatform;
}

/**
 * Every real server on one machine, without containers.
 *
 * @packageDocumentation
 */
export * from './errors';
export { Home } from './home';
export * from './server';
export { servers } from './servers';
export { ensureDatabase, withPostgres } from './servers/postgres';
export { ADMINISTRATOR, FACTORY_PASSWORD } from './servers/dolphinscheduler';
export { Supervisor, supervisorOf, type ServerEvent, type SupervisorOptions } from './supervisor';
export * from './testing';

/**
 * Every real server on one machine, without containers.
 *
 * @packageDocumentation
 */
export type { ExternalServers } from './endpoints';
export * from './errors';
export { Home, othersMayEnter, writeJson } from './home';
export { endProcessesOf } from './processes';
export { Machine, type NeedOptions } from './machine/machine';
export { pythonVenv, type PythonRequest } from './machine/python';
export { run, type RunOptions } from './machine/run';
export * from './server';
export { servers } from './servers';
export { kafkaProcess, type KafkaProcessOptions } from './servers/kafka';
export { mlflow } from './servers/mlflow';
export { alertmanager, type AlertmanagerOptions, type AlertReceiver } from './servers/alertmanager';
export {
  prometheus,
  targetsFolder,
  writeTargets,
  type PrometheusOptions,
  type ScrapeTarget,
} from './servers/prometheus';
export {
  schemaRegistry,
  schemaRegistryProcess,
  type SchemaRegistryProcessOptions,
} from './servers/schema-registry';
export {
  ensureDatabase,
  ensureOwnedDatabase,
  withPostgres,
  type PostgresAddress,
} from './servers/postgres';
export { ADMINISTRATOR, FACTORY_PASSWORD } from './servers/dolphinscheduler';
export { PYTHON_GATEWAY_PORT, withPythonGateway } from './servers/dolphinscheduler/python-gateway';
export { supervisorOf } from './lock';
export { Supervisor, type ServerEvent, type SupervisorOptions } from './supervisor';
export { serverStatus, startedServers, type ServerStatus } from './status';
export * from './testing';

/**
 * The sample sources that a first `up` seeds.
 *
 * @packageDocumentation
 */
export * from './errors';
export * from './hr';
export * from './nycflights13';
export * from './seed-hr';
export * from './server';
export * from './transaction-log';
export * from './uploads';
export * from './weather-api';
export * from './servers/weather-api';
export * from './servers/oracle-double';

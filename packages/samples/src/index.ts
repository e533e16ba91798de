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
export * from './servers/flight-stream';
export * from './servers/slack-sink';
export * from './flight-stream/faults';
export * from './flight-stream/flights';
export * from './servers/shop';
export * from './shop/shop';
export * from './shop/truth';

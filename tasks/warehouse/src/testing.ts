/**
 * A small warehouse for tests: databases and a topic of a suite's own, flights, and an HTTP API.
 *
 * @packageDocumentation
 */
export * from './testing/flights';
export * from './testing/flights-path';
export * from './testing/weather-server';
export * from './testing/world';

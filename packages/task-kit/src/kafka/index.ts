export * from './block-sink';
export { openKafka } from './client';
export * from './errors';
export * from './range-reader';
export * from './topic';

export * from './author';
export * from './bench';
export * from './document';
export * from './dolphinstage';
export * from './faulty-proxy';
export * from './link';
export * from './random';
export * from './repository';
export { SlackSink, type Posted } from '../doubles/slack/sink';

export * from './bench';
export * from './dolphinstage';

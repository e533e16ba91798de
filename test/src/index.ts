export * from './bench';
export * from './dolphinstage';
export * from './random';

export * from './author';
export * from './bench';
export * from './dolphinstage';
export * from './random';

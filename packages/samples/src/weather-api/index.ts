export * from './observations';
export * from './server';

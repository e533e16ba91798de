export * from './platform';
export { RegistryServer } from './registry-server';

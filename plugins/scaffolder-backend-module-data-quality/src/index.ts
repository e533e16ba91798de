/**
 * A scaffolder action that checks contracts of streams.
 *
 * @packageDocumentation
 */
export { scaffolderModuleDataQuality as default } from './module';

/**
 * Models that are trained every night, in Backstage: the plugin for the legacy frontend system. The one for the new system is
 * `@dolphinstage/plugin-models/alpha`.
 *
 * @packageDocumentation
 */
export { ModelsClient, modelsApiRef, type ModelsApi } from './api';
export { isModelAvailable } from './model/entity';
export { EntityModelContent, modelsPlugin } from './plugin';

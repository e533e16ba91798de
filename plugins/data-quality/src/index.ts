/**
 * Scores, alerts and quarantine of data sets in Backstage: the plugin for the legacy frontend system. The one for the new
 * system is `@dolphinstage/plugin-data-quality/alpha`.
 *
 * @packageDocumentation
 */
export { DataQualityClient, dataQualityApiRef, type DataQualityApi } from './api';
export { isDataQualityAvailable } from './model/entity';
export { dataQualityPlugin, EntityDataQualityContent } from './plugin';

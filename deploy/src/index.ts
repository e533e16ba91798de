/**
 * What is made, and proven, of the files in this folder: dashboards as code, checks of rules and charts.
 *
 * @packageDocumentation
 */
export { DEPLOY } from './folder';

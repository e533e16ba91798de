/**
 * What people see of models, and decide: for commands and the portal. Apart from the tasks: it finds the pack's files by itself.
 *
 * @packageDocumentation
 */
export * from './read';
export * from './switch';
export type { FeatureLoss } from '../evaluate/importance';
export type { GateVerdict } from '../gates/judge';

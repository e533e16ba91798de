/**
 * A stream checker: schema, duplicates, anomalies and statistics of Kafka topics, with alerts that can be trusted.
 *
 * @packageDocumentation
 */
export {
  parseStreamContract,
  type BreakerRule,
  type DuplicateRule,
  type Field,
  type FieldKind,
  type StreamContract,
} from './contract';
export { QualityError, type QualityErrorCode } from './errors';

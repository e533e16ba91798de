export * from './block-sink';
export { openKafka, type KafkaOptions } from './client';
export * from './errors';
export { createProducer } from './producer';
export type { ReadMessage } from './message-queue';
export * from './range-reader';
export * from './topic';
export { endTransactions, type TransactionTraces } from './transaction-ends';

import { registerSecret } from '@dolphinstage/common';
import type { Kafka, SASLOptions } from 'kafkajs';
import type { ConnectionSettings } from '../connections';
import { correctFetch } from './aborted';
import { KafkaError } from './errors';
import { compress, decompress } from './zstd';

/**
 * A Kafka client of the settings. Nothing is sent before it is used. It keeps kafkajs out of sight of all but this
 * folder's files.
 *
 * @public
 */
export async function openKafka(
  settings: ConnectionSettings<'kafka'>,
  clientId = 'dolphinstage',
): Promise<Kafka> {
  // Loaded only when used: a task without Kafka doesn't pay for it.
  const kafkajs = require('kafkajs') as typeof import('kafkajs');
  // A topic may be set to zstd: kafkajs knows its number but carries no codec.
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress,
  });
  correctFetch();
  registerSecret(settings.sasl?.password);
  return new kafkajs.Kafka({
    clientId,
    brokers: [...settings.brokers],
    ssl: settings.tls,
    ...(settings.sasl ? { sasl: settings.sasl as SASLOptions } : {}),
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
    // What matters comes as an exception; kafkajs would print the rest on stdout, which is for a task's output.
    logCreator: () => () => {},
  });
}

/** @internal */
export function unreachable(settings: string, cause: unknown): KafkaError {
  return new KafkaError('KAFKA_UNREACHABLE', `Kafka does not answer: ${messageOf(cause)}`, {
    where: settings,
    todo: 'Check the brokers, TLS and the account of the Kafka connection.',
    cause,
  });
}

/** @internal */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { registerSecret } from '@dolphinstage/common';
import type { Kafka, SASLOptions } from 'kafkajs';
import type { ConnectionSettings } from '../connections';
import { correctKafkajs } from './corrections';
import { KafkaError } from './errors';
import { compress, decompress } from './zstd';

/** For how long a client goes on trying, in ms. */
const TRYING_MS = 20_000;
const RETRY_MS = { first: 200, most: 5_000 };

/** @public */
export interface KafkaOptions {
  /**
   * How long it waits at most before it tries again, in ms; 5,000 unless told. It goes on for 20 s in any case. Short where brokers that
   * have changed their roles must be found soon.
   */
  readonly mostRetryMs?: number;
}

/**
 * A Kafka client of the settings. Nothing is sent before it is used. It keeps kafkajs out of sight of all but this
 * folder's files.
 *
 * @public
 */
export async function openKafka(
  settings: ConnectionSettings<'kafka'>,
  clientId = 'dolphinstage',
  options: KafkaOptions = {},
): Promise<Kafka> {
  const { mostRetryMs = RETRY_MS.most } = options;
  // Loaded only when used: a task without Kafka doesn't pay for it.
  const kafkajs = require('kafkajs') as typeof import('kafkajs');
  // A topic may be set to zstd: kafkajs knows its number but carries no codec.
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress,
  });
  correctKafkajs();
  registerSecret(settings.sasl?.password);
  return new kafkajs.Kafka({
    clientId,
    brokers: [...settings.brokers],
    ssl: settings.tls,
    ...(settings.sasl ? { sasl: settings.sasl as SASLOptions } : {}),
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    retry: {
      initialRetryTime: Math.min(RETRY_MS.first, mostRetryMs),
      maxRetryTime: mostRetryMs,
      // The first ones, which double, count little.
      retries: Math.ceil(TRYING_MS / mostRetryMs) + 4,
    },
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

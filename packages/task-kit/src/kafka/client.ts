import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';
import { registerSecret } from '@dolphinstage/common';
import type { Kafka, SASLOptions } from 'kafkajs';
import type { ConnectionSettings } from '../connections';
import { KafkaError } from './errors';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Fast enough never to be what an extraction waits for; COPY text still shrinks to about a fifth. */
const ZSTD_LEVEL = 1;
/** Node hands over output in pieces of this size, in bytes; its default of 16 KiB makes dozens of a block. */
const COMPRESSED_PIECE = 256 * 1024;
const DECOMPRESSED_PIECE = 1024 * 1024;

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
  // kafkajs knows zstd's number but carries no codec; Node has one.
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) =>
      compress(buffer, {
        chunkSize: COMPRESSED_PIECE,
        params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
      }),
    decompress: (buffer: Buffer) => decompress(buffer, { chunkSize: DECOMPRESSED_PIECE }),
  });
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

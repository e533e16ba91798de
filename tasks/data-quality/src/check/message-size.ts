import type { KafkaMessage } from 'kafkajs';

/** How large a message's key, value and headers are, in bytes. */
export function bytesOf({
  key,
  value,
  headers,
}: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes(headers);
}

function headerBytes(headers: KafkaMessage['headers']): number {
  let bytes = 0;
  for (const [name, values] of Object.entries(headers ?? {})) {
    for (const value of [values].flat()) {
      bytes += Buffer.byteLength(name) + Buffer.byteLength(value ?? '');
    }
  }
  return bytes;
}

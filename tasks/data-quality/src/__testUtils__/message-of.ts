import type { KafkaMessage } from 'kafkajs';
import type { OutputRecord } from '../stage/work';

/** A record as it is read again. */
export function messageOf({
  key,
  value,
  headers = {},
}: Pick<OutputRecord, 'key' | 'value' | 'headers'>): KafkaMessage {
  const bytes = (text: string | Buffer | null) => (text === null ? null : Buffer.from(text));
  const read = Object.entries(headers).map(([name, text]) => [name, bytes(text)]);
  return {
    key: bytes(key),
    value: bytes(value),
    headers: Object.fromEntries(read),
  } as KafkaMessage;
}

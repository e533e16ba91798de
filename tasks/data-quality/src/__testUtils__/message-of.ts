import type { KafkaMessage } from 'kafkajs';
import type { OutputRecord } from '../stage/work';

/** A record as it is read again. */
export function messageOf({ key, value }: Pick<OutputRecord, 'key' | 'value'>): KafkaMessage {
  const bytes = (text: string | Buffer | null) => (text === null ? null : Buffer.from(text));
  return { key: bytes(key), value: bytes(value) } as KafkaMessage;
}

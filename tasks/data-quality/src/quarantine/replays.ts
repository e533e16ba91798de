import type { Kafka, Message } from 'kafkajs';
import { readTopic } from '../reading/read-topic';
import { originKey, type QuarantinedRow } from './quarantined-row';

/** Who has replayed a row, and when. */
export interface Replayed {
  readonly at: number;
  readonly by?: string;
}

/** What `quality-replays` says: which rows of the quarantine were written to their topics again. */
export class Replays {
  private readonly known = new Map<string, Replayed>();

  static async read(kafka: Kafka, topic: string): Promise<Replays> {
    const replays = new Replays();
    await readTopic(kafka, { topic }, ({ key, value }) => {
      if (!key || !value) return;
      const { at, by, origin } = JSON.parse(value.toString()) as Replayed & { origin: string };
      replays.known.set(key.toString(), { at, by });
      replays.known.set(origin, { at, by });
    });
    return replays;
  }

  /** Should a row be in the quarantine twice, one replay counts for both. */
  of({ id, origin }: QuarantinedRow): Replayed | undefined {
    return this.known.get(id) ?? this.known.get(originKey(origin));
  }

  /** The record that says that a row is replayed. */
  static marker({ id, origin }: QuarantinedRow, replayed: Replayed): Message {
    return { key: id, value: JSON.stringify({ ...replayed, origin: originKey(origin) }) };
  }
}

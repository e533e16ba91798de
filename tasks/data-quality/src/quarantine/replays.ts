import type { Kafka, Message } from 'kafkajs';
import { z } from 'zod';
import { readTopic } from '../reading/read-topic';
import { readRecord } from '../reading/record';
import { originKey, type QuarantinedRow } from './quarantined-row';

/** Who has replayed a row, and when. */
export interface Replayed {
  readonly at: number;
  readonly by?: string;
}

const markerSchema = z.object({
  /** As `Date` has it, in ms since 1970. */
  at: z.number().min(-8.64e15).max(8.64e15),
  by: z.string().optional(),
  origin: z.string(),
});
type Marker = z.output<typeof markerSchema>;

/** What `quality-replays` says: which rows of the quarantine were written to their topics again. */
export class Replays {
  private readonly known = new Map<string, Replayed>();

  static async read(kafka: Kafka, topic: string): Promise<Replays> {
    const replays = new Replays();
    await readTopic(kafka, { topic }, ({ key, value }) => {
      const marker = key && value && readRecord<Marker>(value, markerSchema);
      // One that isn't ours says of no row that it was replayed.
      if (!marker) return;
      const { at, by, origin } = marker;
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

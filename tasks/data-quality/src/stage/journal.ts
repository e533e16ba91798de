import type { RecordMetadata } from 'kafkajs';
import type { OutputRecord, Span } from './work';

const FROM = 'from';
const TO = 'to';

/** How a record of the journal says of which messages it tells. */
export function headersOf({ from, to }: Span): Record<string, string> {
  return { [FROM]: String(from), [TO]: String(to) };
}

type Headers = Readonly<Record<string, unknown>> | undefined;

export function spanOf(headers: Headers): Span {
  return { from: Number(String(headers?.[FROM])), to: Number(String(headers?.[TO])) };
}

interface Place extends Span {
  /** The record's own offset. */
  readonly at: number;
}

/**
 * Where a partition's journal tells of which messages. The journal is a log of what a work needs to know of messages that it has processed: a
 * successor reads that instead of the messages. It is written in the transaction that says how far was read, so that both are of one mind.
 */
export class Journal {
  private places: Place[] = [];

  /** A record at this offset; what doesn't go on where the last one ended begins anew. */
  add(at: number, span: Span): void {
    if (this.places.at(-1)?.to !== span.from) this.places = [];
    this.places.push({ at, ...span });
  }

  /** Records that were written by one call; nothing is known of what went before where the broker doesn't say at which offsets. */
  written(
    records: readonly OutputRecord[],
    sent: readonly RecordMetadata[],
    place: { readonly topic: string; readonly partition: number },
  ): void {
    const told = records.flatMap(({ topic, tells }) =>
      topic === place.topic ? (tells ?? []) : [],
    );
    if (told.length === 0) return;
    const answer = sent.find(
      ({ topicName, partition }) => topicName === place.topic && partition === place.partition,
    );
    const first = Number(answer?.baseOffset ?? -1);
    if (first < 0) this.places = [];
    else told.forEach((span, n) => this.add(first + n, span));
  }

  /**
   * The offset in the journal from which it tells of all messages from `from` on up to and without `to`; undefined where it doesn't. What is
   * further back is forgotten.
   */
  reaching({ from, to }: Span): number | undefined {
    const needed = this.places.findIndex(place => place.to > from);
    this.places.splice(0, needed === -1 ? this.places.length : needed);
    const [oldest] = this.places;
    const isWhole = oldest && oldest.from <= from && this.places.at(-1)!.to === to;
    return isWhole ? oldest.at : undefined;
  }
}

import type { KafkaMessage } from 'kafkajs';
import { z } from 'zod';
import type { AlertEvent } from '../judge/alert';
import { readRecord } from '../reading/record';
import { readAlertEvent } from '../reading/told-records';
import type { FlushFacts, OutputRecord, PartitionWork } from '../stage/work';
import type { QualityTopics } from '../topics';
import type { Pace } from './pace';
import type { Channel, Delivery } from './slack-channel';

/** What opens within this of each other is told in one message, in ms. */
const GROUP_MS = 150;
const MOST_EVENTS = 200;
const RETRY_MS = { first: 500, most: 30_000 };
const SENDING = 'sending';

/** What the notifier counts as it goes, for the metrics. */
export interface NotifyMeter {
  delivered(events: readonly AlertEvent[], outcome: Delivery['outcome']): void;
  problem(what: string): void;
}

export interface NotifySettings {
  readonly partition: number;
  readonly topics: QualityTopics;
  readonly channel: Channel;
  /** The channel's, whichever partitions tell it. */
  readonly pace: Pace;
  readonly meter: NotifyMeter;
}

interface Waiting {
  readonly offset: number;
  readonly event: AlertEvent;
}

/** Which events are about to be told, as it is kept: through which offset. */
const sendingSchema = z.object({ through: z.number().int() });
type SendingRecord = z.output<typeof sendingSchema>;

/**
 * Tells people of alerts. That a message is about to be sent is written before it is sent, by a producer that a successor fences;
 * that it was sent, with the offset, after. What a death between the two leaves is told again, and that says so: Slack can't be
 * asked whether a message has arrived, so that is the one way in which nothing is lost and nothing looks new twice.
 */
export class NotifyPartition implements PartitionWork {
  readonly lookBack = 0;
  readonly full = false;
  private waiting: Waiting[] = [];
  private firstAt = 0;
  /** How many of `waiting` are on their way. */
  private sending = 0;
  private phase: 'idle' | 'announced' | 'sent' = 'idle';
  /** Events up to this offset may have been told by a predecessor. */
  private doubtThrough = -1;
  private retryMs = RETRY_MS.first;
  /** No further try is made. */
  private ending = false;
  /** The try that is being made. */
  private onItsWay: Promise<number | undefined> | undefined;
  private toSend = false;

  constructor(private readonly settings: NotifySettings) {}

  get urgent(): boolean {
    if (this.phase === 'sent') return true;
    return this.phase === 'idle' && this.due;
  }

  get keptFrom(): number | undefined {
    const rest = this.phase === 'sent' ? this.waiting[this.sending] : this.waiting[0];
    return rest?.offset;
  }

  restore({ key, value, offset }: KafkaMessage): void {
    if (key?.toString() !== SENDING) return;
    const through = value ? readRecord<SendingRecord>(value, sendingSchema)?.through : -1;
    if (through === undefined) this.skip(this.settings.topics.notifications, offset);
    else this.doubtThrough = through;
  }

  remember(): void {}

  process({ offset, value }: KafkaMessage): void {
    if (!value) return;
    const event = readAlertEvent(value);
    if (!event) {
      this.skip(this.settings.topics.alerts, offset);
      return;
    }
    if (this.waiting.length === 0) this.firstAt = Date.now();
    this.waiting.push({ offset: Number(offset), event });
  }

  flush({ last = false }: Pick<FlushFacts, 'last'>): readonly OutputRecord[] {
    if (this.phase === 'sent') return [this.record(null)];
    if (this.phase === 'announced') return last && !this.onItsWay ? [this.withdrawn()] : [];
    // What is begun now, nobody would wait for.
    if (last || !this.due) return [];
    this.sending = this.nextBatch();
    this.phase = 'announced';
    this.settings.pace.went(Date.now());
    this.toSend = true;
    return [this.record({ through: this.waiting[this.sending - 1]!.offset })];
  }

  flushed(): void {
    if (this.phase === 'sent') {
      this.waiting.splice(0, this.sending);
      this.sending = 0;
      this.phase = 'idle';
    } else if (this.toSend) {
      this.toSend = false;
      void this.send();
    }
  }

  /** A message that is on its way is waited for; a try that has failed isn't, since its successor does the next one. */
  async settle(): Promise<void> {
    this.ending = true;
    await this.onItsWay;
  }

  close(): void {
    this.ending = true;
  }

  private get due(): boolean {
    const now = Date.now();
    const grouped = now >= this.firstAt + GROUP_MS;
    return this.waiting.length > 0 && grouped && this.settings.pace.mayGo(now);
  }

  /** What may have been told before isn't mixed with what can't have been. */
  private nextBatch(): number {
    const { waiting, doubtThrough } = this;
    const doubtful = waiting.filter(({ offset }) => offset <= doubtThrough).length;
    return Math.min(doubtful || waiting.length, MOST_EVENTS);
  }

  private async send(): Promise<void> {
    const batch = this.waiting.slice(0, this.sending);
    while (!this.ending) {
      this.onItsWay = this.try(batch).finally(() => {
        this.onItsWay = undefined;
      });
      const retryMs = await this.onItsWay;
      if (this.phase === 'sent') return;
      await pause(retryMs ?? this.retryMs);
      this.retryMs = Math.min(RETRY_MS.most, this.retryMs * 2);
    }
  }

  /** Tells people once; gives how long the channel wants to be left alone where it says so, in ms. */
  private async try(batch: readonly Waiting[]): Promise<number | undefined> {
    const { channel, meter } = this.settings;
    const events = batch.map(({ event }) => event);
    const doubtful = batch[0]!.offset <= this.doubtThrough;
    const delivery = await channel.send(events, doubtful);
    meter.delivered(events, delivery.outcome);
    if (delivery.outcome === 'sent') {
      this.retryMs = RETRY_MS.first;
      this.phase = 'sent';
      return undefined;
    }
    meter.problem(delivery.why);
    if (delivery.outcome === 'refused') return delivery.retryMs;
    this.doubtThrough = batch.at(-1)!.offset;
    return undefined;
  }

  /** What was announced and certainly not sent is as if it had never been begun. */
  private withdrawn(): OutputRecord {
    const { doubtThrough } = this;
    return this.record(this.waiting[0]!.offset <= doubtThrough ? { through: doubtThrough } : null);
  }

  /** What isn't ours stays there and is read over: it would be there again whoever tried. */
  private skip(topic: string, offset: string): void {
    const { meter, partition } = this.settings;
    meter.problem(
      `${topic}/${partition}@${offset} is none of the checker's records: it is skipped`,
    );
  }

  private record(value: SendingRecord | null): OutputRecord {
    const { topics, partition } = this.settings;
    return {
      topic: topics.notifications,
      partition,
      key: SENDING,
      value: value && JSON.stringify(value),
    };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms).unref();
  });
}

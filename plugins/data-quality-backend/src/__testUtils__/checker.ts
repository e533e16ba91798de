import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { ensureTopic, openKafka, withAdmin } from '@dolphinstage/task-kit/kafka';
import { topicsWith, type AlertEvent, type WindowScore } from '@dolphinstage/tasks-data-quality';
import type { Kafka, Message, Producer } from 'kafkajs';

const HOUR_MS = 3_600_000;

/** What a stream checker writes, on topics of one suite's own. */
export class Checker {
  private readonly folder = mkdtempSync(join(tmpdir(), 'quality-contracts-'));

  private constructor(
    readonly suffix: string,
    readonly brokers: string[],
    readonly kafka: Kafka,
    private readonly producer: Producer,
  ) {}

  static async open(brokers = testPlatform().kafka.brokers): Promise<Checker> {
    const kafka = await openKafka({ kind: 'kafka', tls: false, brokers });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return new Checker(randomUUID().slice(0, 8), brokers, kafka, producer);
  }

  get input(): string {
    return `incoming-${this.suffix}`;
  }

  get topics() {
    return topicsWith(this.suffix);
  }

  /** As app-config.yaml has it. */
  get config() {
    return { kafka: { brokers: this.brokers }, topicSuffix: this.suffix };
  }

  async makeTopics(): Promise<void> {
    const { scores, alerts, quarantine } = this.topics;
    for (const topic of [scores, alerts, quarantine, this.input]) {
      await ensureTopic(this.kafka, { topic, partitions: 4 });
    }
  }

  score(dataset: string, minutes: number, more: Partial<WindowScore> = {}): Promise<void> {
    const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + minutes * 60_000;
    const value: WindowScore = {
      dataset,
      version: 1,
      start: new Date(start).toISOString(),
      end: new Date(start + 60_000).toISOString(),
      rows: 100,
      passed: 98,
      score: 0.98,
      parts: { schema: 1, duplicate: 1 },
      late: 0,
      ahead: 0,
      findings: [],
      ...more,
    };
    return this.write(this.topics.scores, { key: dataset, value: JSON.stringify(value) });
  }

  alert(
    dataset: string,
    alert: string,
    state: 'open' | 'resolved',
    more: Partial<AlertEvent['data']> = {},
  ): Promise<void> {
    const verb = state === 'open' ? 'opened' : 'resolved';
    const now = new Date().toISOString();
    const value: AlertEvent = {
      specversion: '1.0',
      id: `${alert}-${verb}`,
      source: `/dolphinstage/quality/${dataset}`,
      type: `dolphinstage.quality.alert.${verb}`,
      subject: dataset,
      time: now,
      datacontenttype: 'application/json',
      data: {
        alert,
        state,
        dataset,
        version: 1,
        check: 'schema',
        field: 'amount',
        severity: 'warning',
        since: now,
        opened: now,
        ...(state === 'resolved' ? { resolved: now } : {}),
        badRows: 1,
        words: 'amount must be >= 0 (1 row)',
        examples: [
          {
            origin: { topic: 'incoming-data', partition: 0, offset: 7 },
            time: Date.now(),
            row: { amount: -1, email: '***' },
          },
        ],
        ...more,
      },
    };
    return this.write(this.topics.alerts, { key: dataset, value: JSON.stringify(value) });
  }

  /** A row of `orders` in quarantine, which came by `incoming-<suffix>`. */
  quarantine(offset: number, row: object | string | Buffer, more: Record<string, string> = {}) {
    return this.write(this.topics.quarantine, {
      key: String(offset),
      value: typeof row === 'string' || Buffer.isBuffer(row) ? row : JSON.stringify(row),
      headers: {
        'quality-dataset': 'orders',
        'quality-version': '1',
        'quality-check': 'schema',
        'quality-field': 'amount',
        'quality-detail': 'must be >= 0',
        'quality-topic': this.input,
        'quality-partition': '0',
        'quality-offset': String(offset),
        'quality-timestamp': '1700000000000',
        ...more,
      },
    });
  }

  /**
   * The contract of `orders`, in a folder of its own.
   *
   * @param more - of its `x-quality`.
   * @param amount - what its amounts may be.
   */
  contracts(more: object = {}, amount: object = { minimum: 0 }): string {
    const contract = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': 'orders',
      'x-version': 1,
      'x-quality': { topic: this.input, redact: ['email'], ...more },
      properties: {
        id: { type: 'string' },
        amount: { type: 'number', ...amount },
        email: { type: 'string' },
      },
      required: ['id', 'amount'],
    };
    writeFileSync(join(this.folder, 'orders.json'), JSON.stringify(contract));
    return this.folder;
  }

  /** How many messages are on the input. */
  async written(): Promise<number> {
    const ranges = await withAdmin(this.kafka, admin => admin.fetchTopicOffsets(this.input));
    return ranges.reduce((sum, { high }) => sum + Number(high), 0);
  }

  async write(topic: string, ...messages: Message[]): Promise<void> {
    await this.producer.send({ topic, messages, acks: -1 });
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
    await withAdmin(this.kafka, async admin => {
      const topics = (await admin.listTopics()).filter(topic => topic.endsWith(this.suffix));
      await admin.deleteTopics({ topics });
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something is so. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  for (const end = Date.now() + limitMs; ; await pause(50)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
  }
}

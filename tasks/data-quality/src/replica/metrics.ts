import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CheckMeter } from '../check/check-partition';
import type { ContractFolder } from '../contract-folder';
import { isOfRow, type Alert, type AlertEvent } from '../judge/alert';
import type { JudgeMeter } from '../judge/judge-partition';
import type { NotifyMeter } from '../notify/notify-partition';
import { UnwatchedNames } from './unwatched-names';

const PREFIX = 'dolphinstage_quality_';
/** Checks whose alerts mean that a breaker is open. */
const BREAKER = ['breaker', 'stopped'];

/** What a replica tells Prometheus. deploy/prometheus alerts on these names. */
export class ReplicaMetrics implements CheckMeter, JudgeMeter, NotifyMeter {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  /** Rows since the last scrape by topic and data set: a counter's call for each row would cost more than the row's checks. */
  private readonly rows = new Map<string, Map<string, { count: number; lastTime: number }>>();

  private readonly messages = this.counter('messages_total', 'Messages checked', [
    'dataset',
    'topic',
  ]);
  private readonly badRows = this.counter('bad_rows_total', 'Bad rows by check', [
    'dataset',
    'check',
  ]);
  private readonly quarantined = this.counter('quarantined_total', 'Rows put into quarantine', [
    'dataset',
  ]);
  private readonly alerts = this.counter('alerts_total', 'Alerts opened', ['dataset', 'check']);
  private readonly notifications = this.counter('notifications_total', 'Tries to tell people', [
    'channel',
    'outcome',
  ]);
  private readonly score = this.gauge('score', "The last closed window's score, 0 to 1", [
    'dataset',
  ]);
  private readonly alertsOpen = this.gauge('alerts_open', 'Open alerts', ['dataset']);
  private readonly breaker = this.gauge('breaker_open', '1 while most of the stream is bad', [
    'dataset',
  ]);
  private readonly lastMessage = this.gauge(
    'last_message_timestamp_seconds',
    "The last message's timestamp",
    ['dataset'],
  );
  private readonly windowClosed = this.gauge(
    'window_closed_timestamp_seconds',
    'The end of the last closed window, or the start of the first while none is closed',
    ['dataset'],
  );
  private readonly windowSeconds = this.gauge('window_seconds', 'How long a window is', [
    'dataset',
  ]);
  private readonly refused = this.gauge(
    'contract_invalid',
    '1 while a changed contract is refused',
    ['file'],
  );
  private readonly lag = this.gauge('lag_messages', 'Messages written and not yet checked', [
    'topic',
    'partition',
  ]);
  private readonly assigned = this.gauge('assigned_partitions', "This replica's partitions", [
    'topic',
  ]);
  private readonly latency = new Histogram({
    name: `${PREFIX}alert_latency_seconds`,
    help: "From the bad message's timestamp, or where it came late from when it had not come yet, or for what a whole window shows from its judgement, until people were told",
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    registers: this.registers,
  });

  private readonly unwatchedMessages = this.counter(
    'unwatched_messages_total',
    'Messages that name no data set with a contract',
    ['topic'],
  );
  /** Since the last scrape, by topic. */
  private readonly strangers = new Map<string, number>();
  private readonly unwatchedNames = new UnwatchedNames(what => this.problem(what));

  constructor(private readonly channel: string) {
    collectDefaultMetrics({ register: this.registry });
  }

  row(dataset: string, time: number, topic: string): void {
    let rows = this.rows.get(topic);
    if (!rows) this.rows.set(topic, (rows = new Map()));
    const known = rows.get(dataset);
    if (known) {
      known.count += 1;
      known.lastTime = time;
    } else {
      rows.set(dataset, { count: 1, lastTime: time });
    }
  }

  bad(dataset: string, check: string): void {
    this.badRows.inc({ dataset, check });
    if (check !== 'duplicate') this.quarantined.inc({ dataset });
  }

  unwatched(topic: string, dataset: string | undefined): void {
    this.strangers.set(topic, (this.strangers.get(topic) ?? 0) + 1);
    this.unwatchedNames.saw(topic, dataset);
  }

  closed({ dataset, score }: Parameters<JudgeMeter['closed']>[0]): void {
    if (score !== null) this.score.set({ dataset }, score);
  }

  /** Of what is kept, not of windows that this process has closed: a judge that dies before it closes one is seen, too. */
  windows(dataset: string, windowSeconds: number, closedThrough: number | undefined): void {
    this.windowSeconds.set({ dataset }, windowSeconds);
    if (closedThrough !== undefined) this.windowClosed.set({ dataset }, closedThrough / 1000);
  }

  alerted({ data }: AlertEvent): void {
    const { dataset, check, state } = data;
    if (state === 'open') this.alerts.inc({ dataset, check });
  }

  open(dataset: string, alerts: readonly Alert[]): void {
    this.alertsOpen.set({ dataset }, alerts.length);
    this.breaker.set({ dataset }, alerts.some(({ check }) => BREAKER.includes(check)) ? 1 : 0);
  }

  /** What this replica said last isn't true for long. */
  gone(dataset: string): void {
    const { score, windowClosed, windowSeconds, alertsOpen, breaker } = this;
    for (const gauge of [score, windowClosed, windowSeconds, alertsOpen, breaker]) {
      gauge.remove({ dataset });
    }
  }

  delivered(events: readonly AlertEvent[], outcome: string): void {
    this.notifications.inc({ channel: this.channel, outcome });
    if (outcome !== 'sent') return;
    for (const { data } of events) {
      if (data.state !== 'open') continue;
      // What a row itself was late by is its producer's.
      const from = isOfRow(data) ? (data.arrivedAfter ?? data.since) : data.opened;
      this.latency.observe((Date.now() - Date.parse(from)) / 1000);
    }
  }

  problem: (what: string) => void = () => {};

  /** @param partitions - of this replica, with the lag where it is known. */
  async text(
    partitions: readonly {
      readonly topic: string;
      readonly partition: number;
      readonly lag: number | undefined;
    }[],
    topics: readonly string[],
    contracts: ContractFolder,
  ): Promise<string> {
    for (const [topic, rows] of this.rows) {
      for (const [dataset, { count, lastTime }] of rows) {
        this.messages.inc({ dataset, topic }, count);
        this.lastMessage.set({ dataset }, lastTime / 1000);
      }
    }
    this.rows.clear();
    // Also 0: what grows from nothing has not grown, for Prometheus.
    for (const topic of topics) this.unwatchedMessages.inc({ topic }, 0);
    for (const [topic, count] of this.strangers) this.unwatchedMessages.inc({ topic }, count);
    this.strangers.clear();
    this.lag.reset();
    this.assigned.reset();
    for (const topic of topics) {
      const mine = partitions.filter(known => known.topic === topic);
      this.assigned.set({ topic }, mine.length);
      for (const { partition, lag } of mine) {
        if (lag !== undefined) this.lag.set({ topic, partition }, lag);
      }
    }
    this.refused.reset();
    for (const { file } of contracts.refused) this.refused.set({ file }, 1);
    return this.registry.metrics();
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: this.registers });
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: this.registers });
  }
}

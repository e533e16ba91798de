import type { KafkaMessage } from 'kafkajs';
import { partitionOf } from '../check/dataset-partition';
import type { StreamContract } from '../contract';
import type { FlushFacts, OutputRecord, PartitionWork } from '../stage/work';
import { DATASET_PARTITIONS, type QualityTopics } from '../topics';
import { eventOf, type Alert, type AlertEvent } from './alert';
import { COMMAND_KEY, parseCommand } from './command';
import { DatasetJudge, type WindowScore } from './dataset-judge';
import { baselineRecord, KeptDatasets, stateRecord } from './kept-dataset';
import { readDelta } from './read-delta';

/** A window costs milliseconds: after a standstill, the consumer's heartbeats come between. */
const MOST_CLOSED = 100;

/** What the judge tells as it goes, for the metrics. */
export interface JudgeMeter {
  closed(score: WindowScore): void;
  alerted(event: AlertEvent): void;
  open(dataset: string, alerts: readonly Alert[]): void;
  /**
   * How its windows stand.
   *
   * @param closedThrough - up to where none is open, in ms since 1970; undefined where no row has come.
   */
  windows(dataset: string, windowSeconds: number, closedThrough: number | undefined): void;
  /** Another replica judges it from now on. */
  gone(dataset: string): void;
  problem(what: string): void;
}

export interface JudgeSettings {
  readonly partition: number;
  readonly topics: QualityTopics;
  /** The newest contract of a data set. */
  readonly contract: (dataset: string) => StreamContract | undefined;
  /** The portal's address, for links. */
  readonly portal?: string;
  readonly meter: JudgeMeter;
}

/** Judges the data sets of one partition of `quality-windows`. */
export class JudgePartition implements PartitionWork {
  readonly lookBack = 0;
  readonly full = false;
  private readonly kept = new KeptDatasets();
  private readonly judges = new Map<string, { contract: StreamContract; judge: DatasetJudge }>();
  private told: { events: readonly AlertEvent[]; scores: readonly WindowScore[] }[] = [];

  constructor(private readonly settings: JudgeSettings) {}

  get urgent(): boolean {
    return [...this.judges.values()].some(({ judge }) => judge.hasNews);
  }

  restore(record: KafkaMessage): void {
    if (!this.kept.read(record)) this.skip(this.settings.topics.state, record.offset);
  }

  remember(): void {}

  process({ key, value, offset }: KafkaMessage): void {
    if (!value) return;
    const { topics } = this.settings;
    if (key?.toString() === COMMAND_KEY) {
      const command = parseCommand(value);
      if (command) this.judgeOf(command.dataset)?.obey(command);
      else this.skip(topics.windows, offset);
      return;
    }
    const delta = readDelta(value);
    if (!delta) {
      this.skip(topics.windows, offset);
      return;
    }
    const { datasets, ...from } = delta;
    let isWhole = true;
    for (const [dataset, part] of Object.entries(datasets)) {
      const counted = this.judgeOf(dataset)?.add(from, part, Date.now()) ?? true;
      isWhole &&= counted;
    }
    if (!isWhole) this.skip(topics.windows, offset);
  }

  private skip(topic: string, offset: string): void {
    const { meter, partition } = this.settings;
    const place = `${topic}/${partition}@${offset}`;
    meter.problem(`${place} is none of the checker's records: it is skipped`);
  }

  flush({ now }: FlushFacts): readonly OutputRecord[] {
    const { topics } = this.settings;
    const records = this.retire(now);
    for (const [dataset, { judge }] of this.judges) {
      judge.look(now, MOST_CLOSED);
      if (!judge.changed) continue;
      const told = judge.take();
      this.told.push(told);
      records.push(...told.events.map(event => this.eventRecord(event)));
      for (const score of told.scores) {
        records.push({ topic: topics.scores, key: dataset, value: JSON.stringify(score) });
      }
      const { baseline } = told;
      records.push(this.keeping(stateRecord(judge.state)));
      if (baseline) records.push(this.keeping(baselineRecord(dataset, baseline)));
    }
    return records;
  }

  /** What nobody watches any more is over. What was learned of it stays, for a contract that comes again. */
  private retire(now: number): OutputRecord[] {
    const { contract, portal } = this.settings;
    for (const [dataset, { judge }] of this.judges) {
      if (contract(dataset) || judge.changed) continue;
      this.kept.set(dataset, judge.kept);
      this.judges.delete(dataset);
      this.settings.meter.gone(dataset);
    }
    const records: OutputRecord[] = [];
    for (const [dataset, { state, ...kept }] of this.kept) {
      if (!state || state.alerts.length === 0 || contract(dataset)) continue;
      const events = state.alerts.map(alert => eventOf(alert, state, portal, now));
      const rest = { ...state, alerts: [] };
      this.kept.set(dataset, { ...kept, state: rest });
      this.told.push({ events, scores: [] });
      records.push(
        ...events.map(event => this.eventRecord(event)),
        this.keeping(stateRecord(rest)),
      );
      // The state that held it is written without it.
      if (kept.isEarlier) records.push(this.keeping(baselineRecord(dataset, kept.baseline!)));
    }
    return records;
  }

  private eventRecord(event: AlertEvent): OutputRecord {
    return {
      topic: this.settings.topics.alerts,
      partition: partitionOf(event.data.dataset, DATASET_PARTITIONS),
      key: event.data.alert,
      value: JSON.stringify(event),
      headers: { 'content-type': 'application/cloudevents+json' },
    };
  }

  private keeping(record: Pick<OutputRecord, 'key' | 'value'>): OutputRecord {
    const { topics, partition } = this.settings;
    return { topic: topics.state, partition, ...record };
  }

  flushed(): void {
    const { meter } = this.settings;
    for (const { events, scores } of this.told) {
      events.forEach(event => meter.alerted(event));
      scores.forEach(score => meter.closed(score));
    }
    this.told = [];
    for (const [dataset, { contract, judge }] of this.judges) {
      meter.open(dataset, judge.openAlerts);
      meter.windows(dataset, contract.windowSeconds, judge.closedThrough);
    }
  }

  close(): void {
    for (const dataset of this.judges.keys()) this.settings.meter.gone(dataset);
  }

  /** A data set's judge; of a changed contract a new one, with what the old one knew. */
  private judgeOf(dataset: string): DatasetJudge | undefined {
    const contract = this.settings.contract(dataset);
    if (!contract) return undefined;
    const known = this.judges.get(dataset);
    // What it still has to tell isn't in its state.
    if (known && (known.contract === contract || known.judge.changed)) return known.judge;
    const kept = known?.judge.kept ?? this.kept.get(dataset);
    const judge = new DatasetJudge(contract, this.settings.portal, kept);
    for (const what of judge.unreadable) {
      this.settings.meter.problem(`${dataset}: ${what} can't be read: it begins anew without`);
    }
    this.kept.delete(dataset);
    this.judges.set(dataset, { contract, judge });
    return judge;
  }
}

import { hash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { namedBy, type RowChecks, type RowFault } from '../checks/row-checks';
import { Duplicates, identityOf } from '../checks/duplicates';
import { hidesSeries, type StreamContract } from '../contract';
import { bytesOf } from '../stage/message-size';
import { keyOf } from '../stage/slot';
import type { FlushFacts, OutputRecord, PartitionWork } from '../stage/work';
import { writableHeaders } from '../stage/writable-headers';
import { RowAnomalies } from '../anomalies/row-anomalies';
import { WindowSummary } from '../summary/window-summary';
import { DATASET_PARTITIONS, type QualityTopics } from '../topics';
import { partitionOf } from './dataset-partition';
import type { DatasetDelta, DeltaRecord, ExampleRow, Origin, WindowDelta } from './delta';
import { forwardFault, type ForwardTopics } from './forward-topics';
import { IdentityLog } from './identity-log';
import { KeptAnomalies } from './kept-anomalies';
import { redactRow } from './redact-row';
import { RowClock } from './row-clock';
import { RowSample } from './row-sample';
import { WindowCounts } from './window-counts';

/** Reading waits for a flush when so much is in memory. */
const FULL = { rows: 50_000, copiedBytes: 4 * 1024 * 1024, windows: 100 };
/** A message may be on its way for so long after its timestamp, in ms. */
export const ON_ITS_WAY_MS = 1_000;
/** A larger bad row isn't copied: the quarantine says where it is. Nor are its key and headers, where those are large. */
const LARGEST_COPY = { message: 512 * 1024, labels: 64 * 1024 };
/** Rows that anomalies are learned from again, where the log of identities tells the rest: they warm up on a thousand, and thirty of a series. */
const WARM_UP = 10_000;
/** Of so many windows of a data set it is known which rows were drawn; of one before them they are drawn anew. */
const MOST_SAMPLES = 8;
/** How long a series' name may be, in letters. */
const LONGEST_SERIES = 200;
/** A clock may be ahead of ours by so much before it is called wrong, in ms. */
const AHEAD_MS = 5_000;

interface OpenWindow {
  readonly counts: WindowCounts;
  readonly summary: WindowSummary;
  readonly sample: RowSample;
}

interface Dataset {
  /** The newest. A row is checked by its own version's, and compared with others by this one, whatever their versions. */
  readonly contract: StreamContract;
  readonly duplicates: Duplicates | undefined;
  readonly anomalies: RowAnomalies;
  /** The latest window's rows, and the bad ones among them, for the breaker: also what was flushed. */
  latest: { start: number; rows: number; bad: number };
  readonly windows: Map<number, OpenWindow>;
  /** Of the windows that rows came of last: a flush doesn't begin them anew. */
  readonly samples: Map<number, RowSample>;
  lastTime: number | undefined;
  ahead: number;
}

/** What the check counts as it goes, for the metrics. */
export interface CheckMeter {
  row(dataset: string, time: number, topic: string): void;
  bad(dataset: string, check: string): void;
  /**
   * A message that is nobody's here: it may be somebody else's, so that it is no bad row.
   *
   * @param dataset - that it names; undefined where it names none.
   */
  unwatched(topic: string, dataset: string | undefined): void;
}

export interface CheckSettings {
  readonly topic: string;
  readonly partition: number;
  readonly partitions: number;
  readonly topics: QualityTopics;
  readonly checks: () => RowChecks;
  /** Whether which rows were there, and what was learned of series, is written for who takes the partition over. */
  readonly kept?: boolean;
  /** Where good rows go on to; without it they are taken to fit. */
  readonly forwards?: ForwardTopics;
  readonly meter: CheckMeter;
}

/** Checks each row of one partition by itself, and counts what the data sets' owners go on with. */
export class CheckPartition implements PartitionWork {
  readonly warmUp = WARM_UP;
  urgent = false;
  /** A breaker that stops is open. */
  stopped = false;
  /** The contracts have changed: what a changed rule looks back on is read again. */
  outdated = false;
  private readonly checks: RowChecks;
  private readonly datasets: ReadonlyMap<string, Dataset>;
  readonly restore?: (record: KafkaMessage) => void;
  private readonly identities: IdentityLog | undefined;
  private readonly learned: KeptAnomalies | undefined;
  /** Duplicates are known from the log of identities. */
  private recalled = false;
  /** Bad rows for the quarantine, good ones where they are forwarded. */
  private copies: OutputRecord[] = [];
  private copiedBytes = 0;
  private rows = 0;
  private readonly clock = new RowClock();

  constructor(private readonly settings: CheckSettings) {
    this.checks = settings.checks();
    this.datasets = new Map(
      this.checks.current.map(contract => [contract.dataset, this.datasetOf(contract)]),
    );
    if (!settings.kept) return;
    if (this.checks.current.some(({ duplicates }) => duplicates)) {
      this.identities = new IdentityLog(this.checks.contracts);
    }
    const withSeries = [...this.datasets].filter(([, { contract }]) => contract.series.length > 0);
    if (withSeries.length === 0) return;
    const anomalies = new Map(withSeries.map(([name, dataset]) => [name, dataset.anomalies]));
    const learned = new KeptAnomalies(settings.topic, anomalies);
    this.learned = learned;
    this.restore = record => learned.read(record);
  }

  get lookBack(): number {
    const windows = this.checks.current.map(({ duplicates }) => duplicates?.messages ?? 0);
    return Math.max(WARM_UP, ...windows);
  }

  get full(): boolean {
    const windows = [...this.datasets.values()].reduce((sum, each) => sum + each.windows.size, 0);
    return (
      this.rows >= FULL.rows || this.copiedBytes >= FULL.copiedBytes || windows >= FULL.windows
    );
  }

  recall({ value }: KafkaMessage): boolean {
    this.recalled = true;
    const read = this.identities?.read(value, (name, identity, offset, time) =>
      this.datasets.get(name)?.duplicates?.seen(identity, offset, time),
    );
    return read ?? false;
  }

  prepare(messages: readonly KafkaMessage[]): Promise<void> | undefined {
    const { forwards, topic } = this.settings;
    const topics = this.checks.contracts.flatMap(({ forward }) => forward ?? []);
    return forwards?.prepare(topics, topic) ?? this.checks.prepare(messages);
  }

  remember(message: KafkaMessage): void {
    const read = this.checks.read(message);
    if (!read?.row || !message.value) return;
    const { row } = read;
    const fault = read.fault ?? this.tooLarge(message, read.contract);
    // As in `process`: a bad row isn't the first of its kind, so that it can come again when it is corrected.
    if (fault) return;
    const dataset = this.datasets.get(read.contract.dataset)!;
    const { contract } = dataset;
    const time = Number(message.timestamp);
    const offset = Number(message.offset);
    if (!this.learned?.has(contract.dataset, offset)) {
      const at = Math.min(time, Date.now());
      dataset.anomalies.turnTo(startOf(contract, at), true);
      dataset.anomalies.score(row, seriesOf(row, contract), at);
    }
    const rule = this.recalled ? undefined : contract.duplicates;
    const identity = rule && identityOf(rule.by, row, message.value);
    if (identity === undefined) return;
    dataset.duplicates?.seen(identity, offset, time);
  }

  process(message: KafkaMessage): void {
    const read = this.checks.read(message);
    if (!read) {
      this.settings.meter.unwatched(this.settings.topic, namedBy(message));
      return;
    }
    const { contract, row } = read;
    const dataset = this.datasets.get(contract.dataset)!;
    const offset = Number(message.offset);
    const told = Number(message.timestamp);
    const time = this.timeOf(told, dataset);
    this.rows += 1;
    dataset.lastTime = Math.max(dataset.lastTime ?? 0, time);
    this.clock.add(time);
    this.settings.meter.row(contract.dataset, time, this.settings.topic);
    const window = this.windowOf(dataset, time);
    const fault =
      read.fault ??
      this.tooLarge(message, contract) ??
      this.doubled(dataset, message, row, offset, told);
    if (!fault) {
      window.counts.pass();
      window.summary.add(row!);
      if (window.sample.wants(offset)) {
        window.sample.add(offset, exampleOf(this.originOf(offset), time, row, dataset.contract));
      }
      dataset.anomalies.turnTo(window.counts.start);
      const odd = dataset.anomalies.score(row!, seriesOf(row!, dataset.contract), time);
      if (odd) {
        window.summary.addAnomaly(odd.fields);
        window.counts.odd(odd, () => exampleOf(this.originOf(offset), time, row, dataset.contract));
      }
      if (contract.forward !== undefined) this.forward(message, contract.forward);
      this.count(dataset, window.counts.start, false);
      return;
    }
    this.count(dataset, window.counts.start, true);
    this.settings.meter.bad(contract.dataset, fault.check);
    const origin = this.originOf(offset);
    window.counts.fail(fault, time, whose(row, dataset.contract), () =>
      exampleOf(origin, time, row, contract),
    );
    if (dataset.contract.allowedBad === 0) this.urgent = true;
    if (fault.check !== 'duplicate') this.keep(message, fault, contract, origin);
  }

  flush({ now, completeUntil, span, last = false }: FlushFacts): readonly OutputRecord[] {
    const { topics, topic, partition, partitions } = this.settings;
    this.outdated = this.settings.checks() !== this.checks;
    const records = [...this.copies];
    for (const record of this.identities?.take(span) ?? []) {
      records.push({ topic: topics.identities, partition, key: topic, ...record });
    }
    // While it lags, what is known is how far the rows' own times go.
    const until = (completeUntil ?? Math.min(this.clock.time, now)) - ON_ITS_WAY_MS;
    for (const [to, datasets] of this.deltas(until)) {
      const value: DeltaRecord = { topic, partition, partitions, completeUntil: until, datasets };
      records.push({
        topic: topics.windows,
        partition: to,
        key: keyOf(topic, partition),
        value: JSON.stringify(value),
      });
    }
    // After the findings: what is told isn't in it.
    for (const record of this.learned?.take(now, span.to, last || this.outdated) ?? []) {
      records.push({ topic: topics.anomalies, partition, ...record });
    }
    this.copies = [];
    this.copiedBytes = 0;
    this.rows = 0;
    this.urgent = false;
    return records;
  }

  flushed(): void {}

  close(): void {}

  private datasetOf(contract: StreamContract): Dataset {
    return {
      contract,
      duplicates: contract.duplicates && new Duplicates(contract.duplicates),
      anomalies: new RowAnomalies(contract, { replicas: this.settings.partitions }),
      latest: { start: 0, rows: 0, bad: 0 },
      windows: new Map(),
      samples: new Map(),
      lastTime: undefined,
      ahead: 0,
    };
  }

  private windowOf({ windows, samples, contract }: Dataset, time: number): OpenWindow {
    const start = startOf(contract, time);
    const known = windows.get(start);
    if (known) return known;
    const sample = samples.get(start) ?? new RowSample(this.settings.partition);
    samples.set(start, sample);
    if (samples.size > MOST_SAMPLES) samples.delete(samples.keys().next().value!);
    const summary = new WindowSummary(contract.fields);
    const made = { counts: new WindowCounts(start), summary, sample };
    windows.set(start, made);
    return made;
  }

  private originOf(offset: number): Origin {
    const { topic, partition } = this.settings;
    return { topic, partition, offset };
  }

  private timeOf(told: number, dataset: Dataset): number {
    const now = Date.now();
    // Kafka's -1: the message has none.
    if (told < 0) return now;
    if (told <= now + AHEAD_MS) return Math.min(told, now);
    dataset.ahead += 1;
    return now;
  }

  private doubled(
    { contract, duplicates }: Dataset,
    { value }: KafkaMessage,
    row: ReadRowFields | undefined,
    offset: number,
    time: number,
  ): RowFault | undefined {
    if (!duplicates || !contract.duplicates || !row || !value) return undefined;
    const identity = identityOf(contract.duplicates.by, row, value);
    if (identity === undefined) return undefined;
    this.identities?.add(contract.dataset, identity, offset, time);
    if (!duplicates.seen(identity, offset, time)) return undefined;
    const { by } = contract.duplicates;
    const field = by === 'content' ? '' : by.join(',');
    return { check: 'duplicate', field, detail: 'was there before' };
  }

  private tooLarge(message: KafkaMessage, { forward }: StreamContract): RowFault | undefined {
    const { forwards } = this.settings;
    if (forward === undefined || !forwards) return undefined;
    return forwardFault(forwards.limits, forward, message);
  }

  private forward({ key, value, headers }: KafkaMessage, topic: string): void {
    const mostBytes = this.settings.forwards?.limits.largestOf(topic);
    this.copies.push({ topic, key, value, headers: writableHeaders(headers), mostBytes });
    this.copiedBytes += value?.length ?? 0;
  }

  /** Stops where most of what this partition brings is bad, and the contract wants that. */
  private count({ contract, latest }: Dataset, start: number, bad: boolean): void {
    const { breaker } = contract;
    if (breaker?.then !== 'stop') return;
    if (latest.start !== start) Object.assign(latest, { start, rows: 0, bad: 0 });
    latest.rows += 1;
    if (bad) latest.bad += 1;
    const enough = Math.ceil(breaker.rows / this.settings.partitions);
    if (latest.rows < enough || latest.bad <= breaker.above * latest.rows) return;
    this.stopped = true;
    this.urgent = true;
  }

  private keep(
    message: KafkaMessage,
    { check, field, detail }: RowFault,
    contract: StreamContract,
    origin: Origin,
  ): void {
    const { key, value, headers, timestamp } = message;
    const bytes = value?.length ?? 0;
    const all = bytesOf(message);
    const labelled = all - bytes <= LARGEST_COPY.labels;
    const copied = bytes <= LARGEST_COPY.message;
    this.copies.push({
      topic: this.settings.topics.quarantine,
      key: labelled ? key : null,
      value: copied ? value : Buffer.alloc(0),
      headers: {
        ...(labelled ? writableHeaders(headers) : {}),
        'quality-dataset': contract.dataset,
        'quality-version': String(contract.version),
        'quality-check': check,
        'quality-field': field,
        'quality-detail': detail,
        'quality-topic': origin.topic,
        'quality-partition': String(origin.partition),
        'quality-offset': String(origin.offset),
        'quality-timestamp': timestamp,
        ...(copied ? {} : { 'quality-bytes': String(bytes) }),
        ...(labelled ? {} : { 'quality-labels': 'left out' }),
      },
    });
    this.copiedBytes += copied ? all : 0;
  }

  /** What each group of data sets is told: also that there was nothing, and until when. */
  private deltas(until: number): Map<number, Record<string, DatasetDelta>> {
    const deltas = new Map<number, Record<string, DatasetDelta>>();
    for (const [name, dataset] of this.datasets) {
      const to = partitionOf(name, DATASET_PARTITIONS);
      const of = deltas.get(to) ?? {};
      deltas.set(to, of);
      of[name] = {
        version: dataset.contract.version,
        windows: [...dataset.windows.values()].map(deltaOf),
        findings: dataset.anomalies.take(until, lengthOf(dataset.contract)),
        ...(dataset.lastTime === undefined ? {} : { lastTime: dataset.lastTime }),
        ahead: dataset.ahead,
        // By whosever rows: nobody's are read.
        ...(this.stopped ? { stopped: true } : {}),
      };
      dataset.windows.clear();
      dataset.ahead = 0;
    }
    return deltas;
  }
}

type ReadRowFields = Readonly<Record<string, unknown>>;

/** Whose row it is. Thousands are kept, and shown: of a long name the rest is its digest, and of one that is shown nowhere all is. */
function seriesOf(row: ReadRowFields, contract: StreamContract): string {
  const { series } = contract;
  if (series.length === 0) return '';
  const name =
    series.length === 1 ? String(row[series[0]!]) : JSON.stringify(series.map(field => row[field]));
  const hidden = hidesSeries(contract);
  if (name.length <= LONGEST_SERIES && !hidden) return name;
  const digest = hash('sha256', name, 'base64url');
  if (hidden) return digest;
  return `${name.slice(0, LONGEST_SERIES - digest.length - 1)}…${digest}`;
}

/** The series that a bad row is told to be of; undefined where it says none, or nobody may know. */
function whose(row: ReadRowFields | undefined, contract: StreamContract): string | undefined {
  const { series } = contract;
  if (
    !row ||
    series.length === 0 ||
    hidesSeries(contract) ||
    series.some(field => row[field] === undefined)
  )
    return undefined;
  return seriesOf(row, contract);
}

/** In ms. */
function lengthOf({ windowSeconds }: StreamContract): number {
  return windowSeconds * 1000;
}

/** Of the window that a time is in, in ms since 1970. */
function startOf(contract: StreamContract, time: number): number {
  const length = lengthOf(contract);
  return Math.floor(time / length) * length;
}

function deltaOf({ counts, summary, sample }: OpenWindow): WindowDelta {
  const drawn = sample.take();
  return {
    ...counts.delta,
    ...(drawn.length > 0 ? { sample: drawn } : {}),
    summary: summary.encode().toString('base64'),
  };
}

function exampleOf(
  origin: Origin,
  time: number,
  row: ReadRowFields | undefined,
  contract: StreamContract,
): ExampleRow {
  return { origin, time, ...(row ? { row: redactRow(row, contract) } : {}) };
}

import type { KafkaMessage } from 'kafkajs';
import { CheckPartition, ON_ITS_WAY_MS } from '../check/check-partition';
import type { DeltaRecord, FaultCount } from '../check/delta';
import { RowChecks } from '../checks/row-checks';
import type { StreamContract } from '../contract';
import type { AlertEvent } from '../judge/alert';
import { DatasetJudge, type WindowScore } from '../judge/dataset-judge';
import { byField } from '../judge/window';
import type { SchemaRegistry } from '../registry/schema-registry';
import { Baseline } from '../statistics/baseline';
import { TOPICS } from '../topics';

/** So many rows of a partition are counted before the judge is told. */
const FLUSH_ROWS = 2_000;
const NO_METER = { row() {}, bad() {}, unwatched() {} };

/** What the checker would have made of a topic's history. @public */
export interface SimulatedHistory {
  readonly contract: StreamContract;
  readonly rows: number;
  readonly windows: readonly WindowScore[];
  /** Bad rows by check and field, with examples as the contract lets them be shown. */
  readonly faults: readonly FaultCount[];
  /** Alerts that would have been opened. */
  readonly opened: readonly AlertEvent[];
  /** What would have been learned. */
  readonly baseline: Baseline;
}

interface Place {
  readonly check: CheckPartition;
  unflushed: number;
  /** The latest row's time, in ms since 1970. */
  latest: number;
  /** The same of what the judge was told; Infinity when there is no more. */
  told: number;
}

/**
 * Checks and judges a data set's messages of the past as replicas do live, by the same code, and writes nothing. Windows are closed
 * by the rows' own times: when every partition has been read past them.
 */
export class Simulation {
  private readonly checks: RowChecks;
  private readonly judge: DatasetJudge;
  private readonly places = new Map<number, Place>();
  private readonly windows: WindowScore[] = [];
  private readonly opened: AlertEvent[] = [];
  private faults: FaultCount[] = [];

  /** @param contracts - all contracts of the topic. */
  constructor(
    private readonly contract: StreamContract,
    contracts: readonly StreamContract[],
    partitions: readonly number[],
    registry?: SchemaRegistry,
  ) {
    this.checks = new RowChecks(contracts, registry);
    this.judge = new DatasetJudge(contract, undefined);
    for (const partition of partitions) {
      const check = new CheckPartition({
        topic: contract.topic,
        partition,
        partitions: partitions.length,
        topics: TOPICS,
        checks: () => this.checks,
        meter: NO_METER,
      });
      this.places.set(partition, { check, unflushed: 0, latest: 0, told: 0 });
    }
  }

  /** As {@link RowChecks.prepare}. */
  prepare(messages: readonly KafkaMessage[]): Promise<void> | undefined {
    return this.checks.prepare(messages);
  }

  message(message: KafkaMessage, partition: number): void {
    const place = this.places.get(partition)!;
    place.check.process(message);
    place.latest = Math.max(place.latest, Number(message.timestamp));
    place.unflushed += 1;
    if (place.unflushed < FLUSH_ROWS) return;
    place.told = place.latest;
    this.flush(place);
  }

  /** All of a partition that is wanted was read. */
  ended(partition: number): void {
    const place = this.places.get(partition)!;
    place.told = Number.POSITIVE_INFINITY;
    this.flush(place);
  }

  end(): SimulatedHistory {
    for (const place of this.places.values()) this.flush(place);
    const { contract, windows, opened, judge } = this;
    return {
      contract,
      rows: windows.reduce((sum, { rows }) => sum + rows, 0),
      windows,
      opened,
      faults: this.faults,
      baseline: Baseline.decode(contract, judge.kept.baseline),
    };
  }

  /** Until when the judge knows of all rows. The window of the very last row isn't over. */
  private get completeUntil(): number {
    const places = [...this.places.values()];
    const latest = Math.max(...places.map(place => place.latest));
    return Math.min(latest, ...places.map(({ told }) => told));
  }

  private flush(place: Place): void {
    place.unflushed = 0;
    const { completeUntil } = this;
    const { dataset } = this.contract;
    // Of history nothing is on its way, and nobody takes it over.
    const facts = {
      now: place.latest,
      completeUntil: completeUntil + ON_ITS_WAY_MS,
      span: { from: 0, to: 0 },
    };
    for (const { topic, value } of place.check.flush(facts)) {
      if (topic !== TOPICS.windows || value === null) continue;
      const { datasets, ...from } = JSON.parse(value.toString()) as DeltaRecord;
      const delta = datasets[dataset];
      if (!delta) continue;
      this.judge.add(from, delta, place.latest);
      this.count(delta.windows.flatMap(({ faults }) => faults));
    }
    this.judge.look(completeUntil);
    const { events, scores } = this.judge.take();
    this.windows.push(...scores);
    this.opened.push(...events.filter(({ data }) => data.state === 'open'));
  }

  private count(faults: readonly FaultCount[]): void {
    this.faults = [...byField([...this.faults, ...faults])];
  }
}

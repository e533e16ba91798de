import type { KafkaMessage } from 'kafkajs';
import type { RowAnomalies } from '../anomalies/row-anomalies';
import type { OutputRecord } from '../stage/work';

/** How often what was learned of series is written, in ms: it may be megabytes. */
const SAVE_MS = 60_000;
const UNTIL = 'until';

type KeptRecord = Pick<OutputRecord, 'key' | 'value' | 'headers'>;

/**
 * What a partition has learned of single series, for who takes it over: reading the last rows again teaches little of each series where there are
 * many, and nothing of windows that are further back. Each data set's pieces are records of a compacted topic.
 */
export class KeptAnomalies {
  /** By data set: the offset of the first row that isn't in what was read. */
  private readonly until = new Map<string, number>();
  /** Of contracts that are no more. */
  private readonly stale = new Set<string>();
  private savedAt: number | undefined;

  /** @param topic - whose partition it is; several share one of the compacted topic. */
  constructor(
    private readonly topic: string,
    private readonly datasets: ReadonlyMap<string, RowAnomalies>,
  ) {}

  read({ key, value, headers }: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): void {
    const place = key?.toString() ?? '';
    const [topic, dataset = '', rules, name = ''] = place.split('/');
    if (topic !== this.topic) return;
    const anomalies = this.datasets.get(dataset);
    if (!value) {
      this.stale.delete(place);
    } else if (!anomalies || anomalies.rules !== rules) {
      this.stale.add(place);
    } else {
      anomalies.restore({ name, value });
      const until = Number(String(headers?.[UNTIL]));
      this.until.set(dataset, Math.max(until, this.until.get(dataset) ?? 0));
    }
  }

  /** Whether a row is in what was read. */
  has(dataset: string, offset: number): boolean {
    return offset < (this.until.get(dataset) ?? 0);
  }

  /**
   * What has changed, where it is time to write it.
   *
   * @param until - the offset of the first row that isn't in it.
   */
  take(now: number, until: number, isLast: boolean): KeptRecord[] {
    this.savedAt ??= now;
    if (now - this.savedAt < SAVE_MS && !isLast) return [];
    this.savedAt = now;
    const records: KeptRecord[] = [...this.stale].map(key => ({ key, value: null }));
    this.stale.clear();
    const headers = { [UNTIL]: String(until) };
    for (const [dataset, anomalies] of this.datasets) {
      for (const { name, value } of anomalies.save()) {
        const key = [this.topic, dataset, anomalies.rules, name].join('/');
        records.push({ key, value, headers });
      }
    }
    return records;
  }
}

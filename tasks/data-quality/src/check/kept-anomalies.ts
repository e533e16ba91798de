import type { KafkaMessage } from 'kafkajs';
import { WHOLE } from '../anomalies/pieces';
import type { RowAnomalies } from '../anomalies/row-anomalies';
import type { OutputRecord } from '../stage/work';

/** How often what was learned of series is written, in ms: it may be megabytes. */
const SAVE_MS = 60_000;
/** What is more waits for the next flush: alerts go out with the same ones. */
const MOST_BYTES = 2 * 1024 * 1024;
const UNTIL = 'until';

type KeptRecord = Pick<OutputRecord, 'key' | 'value' | 'headers'>;

/**
 * What a partition has learned of single series, for who takes it over: reading the last rows again teaches little of each series where there are
 * many, and nothing of windows that are further back. Each data set's pieces are records of a compacted topic.
 */
export class KeptAnomalies {
  /** By data set: the offset of the first row that isn't in what was read. */
  private readonly until = new Map<string, number>();
  /** Of contracts that are no more, or another version's. */
  private readonly stale = new Set<string>();
  /** By key: what is saved, and not written yet. */
  private readonly toWrite = new Map<string, KeptRecord>();
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
    } else if (!anomalies.restore({ name, value })) {
      this.stale.add(place);
    } else if (name === WHOLE) {
      this.until.set(dataset, Number(String(headers?.[UNTIL])));
    }
  }

  /** Whether a row is in what was read. */
  has(dataset: string, offset: number): boolean {
    return offset < (this.until.get(dataset) ?? 0);
  }

  /**
   * What is to be written of what has changed, where it is time to.
   *
   * @param until - the offset of the first row that isn't in it.
   * @param isLast - all is to be written now.
   */
  take(now: number, until: number, isLast: boolean): KeptRecord[] {
    this.savedAt ??= now;
    if (isLast || now - this.savedAt >= SAVE_MS) {
      this.savedAt = now;
      this.save(until);
    }
    const records: KeptRecord[] = [];
    let bytes = 0;
    for (const [key, record] of this.toWrite) {
      if (bytes > MOST_BYTES && !isLast) break;
      this.toWrite.delete(key);
      records.push(record);
      bytes += record.value?.length ?? 0;
    }
    return records;
  }

  private save(until: number): void {
    for (const key of this.stale) this.toWrite.set(key, { key, value: null });
    this.stale.clear();
    const headers = { [UNTIL]: String(until) };
    for (const [dataset, anomalies] of this.datasets) {
      for (const { name, value } of anomalies.save()) {
        const key = [this.topic, dataset, anomalies.rules, name].join('/');
        this.toWrite.set(key, { key, value, headers });
      }
    }
  }
}

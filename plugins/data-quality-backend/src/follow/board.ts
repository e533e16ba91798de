import type { AlertInfo, WindowInfo } from '@dolphinstage/plugin-data-quality-common';
import type { ReadAlert, ReadScore } from './messages';

/** What is kept at most: memory doesn't grow with time. */
const MOST = { windows: 2_000, resolved: 500, open: 5_000, datasets: 1_000 };

/** What has been read of the streams' quality. A record that comes twice changes nothing. */
export class Board {
  /** By data set, then by the window's start: the oldest first. */
  private readonly windows = new Map<string, Map<string, WindowInfo>>();
  /** By the alert's id: those that came first are first. */
  private readonly openAlerts = new Map<string, ReadAlert>();
  private readonly resolvedAlerts = new Map<string, ReadAlert>();

  addScore({ dataset, window }: ReadScore): void {
    const known = this.windows.get(dataset) ?? new Map<string, WindowInfo>();
    // A data set that is written to last is dropped last.
    this.windows.delete(dataset);
    this.windows.set(dataset, known);
    known.set(window.start, window);
    dropOldest(known, MOST.windows);
    dropOldest(this.windows, MOST.datasets);
  }

  addAlert(read: ReadAlert): void {
    const { id, state } = read.alert;
    if (state === 'resolved') {
      this.openAlerts.delete(id);
      this.resolvedAlerts.set(id, read);
      dropOldest(this.resolvedAlerts, MOST.resolved);
    } else if (!this.resolvedAlerts.has(id)) {
      this.openAlerts.set(id, read);
      dropOldest(this.openAlerts, MOST.open);
    }
  }

  get datasets(): readonly string[] {
    const alerted = [...this.openAlerts.values(), ...this.resolvedAlerts.values()];
    return [...new Set([...this.windows.keys(), ...alerted.map(({ dataset }) => dataset)])].sort();
  }

  /** The oldest first. */
  windowsOf(dataset: string): readonly WindowInfo[] {
    return [...(this.windows.get(dataset)?.values() ?? [])].sort((a, b) =>
      a.start < b.start ? -1 : Number(a.start > b.start),
    );
  }

  /** The newest first. */
  openOf(dataset: string): readonly AlertInfo[] {
    return alertsOf(this.openAlerts, dataset, ({ opened }) => opened);
  }

  /** The newest first. */
  resolvedOf(dataset: string): readonly AlertInfo[] {
    return alertsOf(this.resolvedAlerts, dataset, ({ resolved, opened }) => resolved ?? opened);
  }
}

function alertsOf(
  alerts: ReadonlyMap<string, ReadAlert>,
  dataset: string,
  when: (alert: AlertInfo) => string,
): AlertInfo[] {
  return [...alerts.values()]
    .filter(read => read.dataset === dataset)
    .map(({ alert }) => alert)
    .sort((a, b) => (when(a) < when(b) ? 1 : -Number(when(a) > when(b))));
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

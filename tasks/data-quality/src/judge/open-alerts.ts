import { alertId, subjectKey, type Alert, type Raised } from './alert';

/** An alert is over after so many windows in which its check was content. */
const QUIET_WINDOWS = 3;

/** A data set's open alerts: each subject is told once when it begins and once when it is over. */
export class OpenAlerts {
  private readonly open: Map<string, Alert>;

  constructor(
    private readonly dataset: string,
    open: readonly Alert[] = [],
  ) {
    this.open = new Map(open.map(alert => [subjectKey(alert), alert]));
  }

  get all(): readonly Alert[] {
    return [...this.open.values()];
  }

  has(subject: Parameters<typeof subjectKey>[0]): boolean {
    return this.open.has(subjectKey(subject));
  }

  /**
   * Gives the alert where it is a new one.
   *
   * @param window - in which it was seen: the start of one that isn't closed yet, in ms since 1970.
   */
  raise(raised: Raised, window: number, now: number): Alert | undefined {
    const key = subjectKey(raised);
    const known = this.open.get(key);
    if (known) {
      const rows = known.rows + raised.rows;
      const lastWindow = Math.max(known.lastWindow ?? window, window);
      this.open.set(key, { ...known, rows, lastWindow, quiet: 0 });
      return undefined;
    }
    const { dataset } = this;
    const id = alertId(dataset, raised);
    const alert = { ...raised, id, dataset, opened: now, lastWindow: window, quiet: 0 };
    this.open.set(key, alert);
    return alert;
  }

  /** Ends one at once. */
  resolve(subject: Parameters<typeof subjectKey>[0]): Alert | undefined {
    const key = subjectKey(subject);
    const alert = this.open.get(key);
    this.open.delete(key);
    return alert;
  }

  /**
   * A window has been judged: gives the alerts that are over. One that was seen in a later window, which has been counted and isn't
   * closed, isn't.
   *
   * @param start - of the window, in ms since 1970.
   * @param applies - whether the window says anything of an alert: one without rows doesn't of rows.
   */
  windowClosed(start: number, applies: (alert: Alert) => boolean): readonly Alert[] {
    const over: Alert[] = [];
    for (const [key, alert] of this.open) {
      const { lastWindow = Number.NEGATIVE_INFINITY } = alert;
      if (lastWindow >= start || !applies(alert)) continue;
      const quiet = alert.quiet + 1;
      if (quiet < QUIET_WINDOWS) {
        this.open.set(key, { ...alert, quiet });
      } else {
        this.open.delete(key);
        over.push(alert);
      }
    }
    return over;
  }
}

import { alertId, subjectKey, type Alert, type Raised } from './alert';

/** An alert is over after so many windows in which its check was content. */
const QUIET_WINDOWS = 3;

/** A data set's open alerts: each subject is told once when it begins and once when it is over. */
export class OpenAlerts {
  private readonly open: Map<string, Alert>;
  private readonly seen = new Set<string>();

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

  /** Gives the alert where it is a new one. */
  raise(raised: Raised, now: number): Alert | undefined {
    const key = subjectKey(raised);
    this.seen.add(key);
    const known = this.open.get(key);
    if (known) {
      this.open.set(key, { ...known, rows: known.rows + raised.rows, quiet: 0 });
      return undefined;
    }
    const { dataset } = this;
    const alert = { ...raised, id: alertId(dataset, raised), dataset, opened: now, quiet: 0 };
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
   * A window has been judged: gives the alerts that are over.
   *
   * @param applies - whether the window says anything of an alert: one without rows doesn't of rows.
   */
  windowClosed(applies: (alert: Alert) => boolean): readonly Alert[] {
    const over: Alert[] = [];
    for (const [key, alert] of this.open) {
      if (this.seen.has(key) || !applies(alert)) continue;
      const quiet = alert.quiet + 1;
      if (quiet < QUIET_WINDOWS) {
        this.open.set(key, { ...alert, quiet });
      } else {
        this.open.delete(key);
        over.push(alert);
      }
    }
    this.seen.clear();
    return over;
  }
}

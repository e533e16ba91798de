import { hash } from 'node:crypto';
import type { ExampleRow } from '../check/delta';
import { ROW_CHECKS } from '../checks/row-checks';
import type { StreamContract } from '../contract';

/** How bad it is: `critical` wakes somebody. @public */
export type Severity = 'warning' | 'critical';

/** What an alert is about: of one of these there is one open alert at most in a data set. @public */
export interface AlertSubject {
  /** Which check found it. */
  readonly check: string;
  /** The field, or '' for the row or the data set as a whole. */
  readonly field: string;
  /** The series, or of a stopped partition which it is, or '' where all rows are one. */
  readonly series: string;
}

/** What a check has found. */
export interface Raised extends AlertSubject {
  readonly severity: Severity;
  /** When the first bad message was written or the window began, in ms since 1970. */
  readonly since: number;
  /** When its row had not come yet, in ms since 1970, where that is later than `since`; otherwise undefined. */
  readonly arrivedAfter?: number;
  /** One sentence: what is the matter, by which numbers. */
  readonly words: string;
  /** Bad rows that it is about, where it is about rows. */
  readonly rows: number;
  readonly examples: readonly ExampleRow[];
}

/** An alert. @public */
export interface Alert extends Raised {
  readonly id: string;
  readonly dataset: string;
  /** When it was opened, in ms since 1970. */
  readonly opened: number;
  /** The start of the last window in which it was seen, in ms since 1970; undefined where an earlier version has kept it. */
  readonly lastWindow?: number;
  /** Windows with rows since then. */
  readonly quiet: number;
}

/** The data of an alert's event, as it stands on `quality-alerts`. @public */
export interface AlertData {
  readonly alert: string;
  readonly state: 'open' | 'resolved';
  readonly dataset: string;
  readonly version: number;
  readonly owner?: string;
  readonly check: string;
  readonly field?: string;
  readonly series?: string;
  readonly severity: Severity;
  /** ISO 8601. */
  readonly since: string;
  /** The row came late: its partition had been read through to this time without it. */
  readonly arrivedAfter?: string;
  readonly opened: string;
  readonly resolved?: string;
  /** `new-level`: it is over since what its check found is taken for the level from now on; undefined: the check is content again. */
  readonly outcome?: 'new-level';
  readonly badRows: number;
  readonly words: string;
  readonly examples: readonly ExampleRow[];
  /** The portal's page. */
  readonly link?: string;
}

/** A CloudEvent 1.0 in its JSON format. Source: cloudevents.io, JSON Event Format 1.0.2. @public */
export interface AlertEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: 'dolphinstage.quality.alert.opened' | 'dolphinstage.quality.alert.resolved';
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: AlertData;
}

/** Whether a single bad row opens an alert like this: its `since` is that row's timestamp. */
export function isOfRow({ check }: Pick<AlertData, 'check'>): boolean {
  return (ROW_CHECKS as readonly string[]).includes(check);
}

/** The same occasion has the same id, whoever finds it and however often. */
export function alertId(dataset: string, { check, field, series, since }: Raised): string {
  return hash('sha256', JSON.stringify([dataset, check, field, series, since]), 'hex').slice(0, 20);
}

export function subjectKey({ check, field, series }: AlertSubject): string {
  return JSON.stringify([check, field, series]);
}

/**
 * @param resolved - when it was found to be over; undefined while it is open.
 * @param outcome - why it is over, where its check isn't content again.
 */
export function eventOf(
  alert: Alert,
  contract: Partial<Pick<StreamContract, 'version' | 'owner'>>,
  portal: string | undefined,
  resolved?: number,
  outcome?: AlertData['outcome'],
): AlertEvent {
  const { dataset } = alert;
  const state = resolved === undefined ? 'open' : 'resolved';
  const verb = resolved === undefined ? 'opened' : 'resolved';
  return {
    specversion: '1.0',
    id: `${alert.id}-${verb}`,
    source: `/dolphinstage/quality/${dataset}`,
    type: `dolphinstage.quality.alert.${verb}`,
    subject: dataset,
    time: iso(resolved ?? alert.opened),
    datacontenttype: 'application/json',
    data: {
      alert: alert.id,
      state,
      dataset,
      version: contract.version ?? 0,
      ...(contract.owner ? { owner: contract.owner } : {}),
      check: alert.check,
      ...(alert.field ? { field: alert.field } : {}),
      ...(alert.series ? { series: alert.series } : {}),
      severity: alert.severity,
      since: iso(alert.since),
      ...(alert.arrivedAfter === undefined ? {} : { arrivedAfter: iso(alert.arrivedAfter) }),
      opened: iso(alert.opened),
      ...(resolved === undefined ? {} : { resolved: iso(resolved) }),
      ...(outcome === undefined ? {} : { outcome }),
      badRows: alert.rows,
      words: alert.words,
      examples: alert.examples,
      ...(portal ? { link: `${portal}/catalog/default/resource/${dataset}/quality` } : {}),
    },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

import type { KafkaMessage } from 'kafkajs';
import type { Origin } from '../check/delta';

/** The checker's own headers begin with it; all others came with the row. */
const OWN = 'quality-';
/** Says which row of the quarantine a replayed message is. @public */
export const REPLAY_HEADER = 'quality-replay-of';

/** A bad row as the quarantine keeps it. @public */
export interface QuarantinedRow {
  /** `partition@offset` of the quarantine's topic. */
  readonly id: string;
  readonly dataset: string;
  /** The contract's version that it broke. */
  readonly version: number;
  readonly check: string;
  /** The field, or '' for the row as a whole. */
  readonly field: string;
  readonly detail: string;
  readonly origin: Origin;
  /** When it was written to its own topic, in ms since 1970. */
  readonly time: number;
  /** When it was put here, in ms since 1970. */
  readonly quarantined: number;
  /** How large its value is. */
  readonly bytes: number;
  /** False where its value is so large that only its place is kept. */
  readonly copied: boolean;
  /** False where its key and headers are so large that they are left out. */
  readonly labelled: boolean;
  /** As it came; undefined where there is none or it isn't copied. It may hold what the contract redacts. */
  readonly value?: Buffer;
  readonly key?: Buffer;
  /** The headers that it came with. */
  readonly headers: Readonly<Record<string, Buffer>>;
  /** undefined until it was written to its own topic again. */
  readonly replayed?: { readonly at: number; readonly by?: string };
}

/** Which rows are meant. @public */
export interface QuarantineFilter {
  readonly dataset?: string;
  readonly check?: string;
  /** Rows put into the quarantine at this time and later, in ms since 1970. */
  readonly since?: number;
}

/** Reads a record of the quarantine; undefined where it is none of the checker's: whoever can write to it can write anything. */
export function readQuarantined(
  message: KafkaMessage,
  partition: number,
): QuarantinedRow | undefined {
  const told = (name: string) => message.headers?.[`${OWN}${name}`]?.toString();
  const dataset = told('dataset');
  const topic = told('topic');
  if (dataset === undefined || topic === undefined) return undefined;
  const origin = { topic, partition: Number(told('partition')), offset: Number(told('offset')) };
  const time = Number(told('timestamp'));
  if (![origin.partition, origin.offset].every(Number.isInteger) || !isTime(time)) return undefined;
  const bytes = told('bytes');
  const copied = bytes === undefined;
  const { key, value } = message;
  return {
    id: `${partition}@${message.offset}`,
    dataset,
    version: Number(told('version')),
    check: told('check') ?? '',
    field: told('field') ?? '',
    detail: told('detail') ?? '',
    origin,
    time,
    quarantined: Number(message.timestamp),
    bytes: Number(bytes ?? value?.length ?? 0),
    copied,
    labelled: told('labels') === undefined,
    ...(copied && value ? { value } : {}),
    ...(key ? { key } : {}),
    headers: headersOf(message),
  };
}

/** Whether it is one that can be shown. */
function isTime(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}

/** The headers that a message came with, without the checker's. */
export function headersOf({ headers = {} }: KafkaMessage): Record<string, Buffer> {
  const own: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(OWN) || value === undefined) continue;
    const last = Array.isArray(value) ? value.at(-1) : value;
    // Kafka has null for a value, which the client's types don't know.
    own[name] = Buffer.from(last ?? '');
  }
  return own;
}

/** The same for every copy of a row. */
export function originKey({ topic, partition, offset }: Origin): string {
  return `${topic}/${partition}@${offset}`;
}

export function fits(row: QuarantinedRow, { dataset, check, since }: QuarantineFilter): boolean {
  return (
    (dataset === undefined || row.dataset === dataset) &&
    (check === undefined || row.check === check) &&
    (since === undefined || row.quarantined >= since)
  );
}

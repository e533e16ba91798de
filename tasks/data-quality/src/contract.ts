import { durationSeconds, type Duration } from '@dolphinstage/common';
import { z } from 'zod';
import { QualityError } from './errors';

/** What a field holds, as far as statistics go: which of them make sense for it. @public */
export type FieldKind = 'number' | 'category' | 'text' | 'boolean' | 'time';

/** A field of a data set's rows. @public */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
}

/** Which rows count as the same one. @public */
export interface DuplicateRule {
  /** The fields that make two rows the same, or all of the row's bytes. */
  readonly by: readonly string[] | 'content';
  /** How many messages back in the partition a row is looked for. */
  readonly messages: number;
  /** How far apart the two messages' timestamps may be, in seconds. */
  readonly seconds: number;
}

/** What happens when most of a stream is bad. @public */
export interface BreakerRule {
  /** The share of bad rows above which it opens. */
  readonly above: number;
  /** Of at least so many rows of a window. */
  readonly rows: number;
  /** `alert` goes on; `stop` reads and forwards no more of the partition until the contract changes or the replica restarts. */
  readonly then: 'alert' | 'stop';
}

/** Which of the schema registry's schemas a data set's rows may be of. @public */
export interface SchemaRule {
  readonly subject: string;
  /** Of the subject; undefined: all. */
  readonly versions?: readonly number[];
}

/** A data set's contract, as the stream checker reads it. @public */
export interface StreamContract {
  readonly dataset: string;
  readonly version: number;
  /** The topic that it comes by. */
  readonly topic: string;
  /**
   * How its rows are written: `confluent` is by a schema of the registry, which each message names by its id; `auto` is that or JSON, as
   * the first byte says. undefined: JSON.
   */
  readonly format?: 'confluent' | 'auto';
  /** undefined: any schema that the registry has. */
  readonly schemas?: SchemaRule;
  /** Where good rows are written on, with the offset of what was read in the same transaction; undefined: nowhere. */
  readonly forward?: string;
  /** The owner's entity ref, who is told of alerts. */
  readonly owner?: string;
  /** The JSON Schema (2020-12) that each row must satisfy. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly fields: readonly Field[];
  /** The fields that say whose series a row belongs to; empty: the data set is one series. */
  readonly series: readonly string[];
  /** How long a window is, in seconds. */
  readonly windowSeconds: number;
  /** The share of windows of good data that may raise any statistical alert of this data set. */
  readonly falseAlarms: number;
  /** The share of a window's rows that may be bad before that is an alert; 0: the first one is. */
  readonly allowedBad: number;
  /** After so many windows in a row that a check finds fault with their level is the new one; undefined: only a person says so. */
  readonly relearnAfter?: number;
  readonly duplicates?: DuplicateRule;
  /** After how many seconds without a row it is stale; undefined: never. */
  readonly freshSeconds?: number;
  /** Which rhythm its statistics have. */
  readonly season: 'none' | 'hour-of-day' | 'hour-of-week';
  readonly breaker?: BreakerRule;
  /** Fields whose values appear in no alert, log or page. */
  readonly redact: readonly string[];
}

const duration = z.string().transform((text, context) => {
  try {
    return durationSeconds(text as Duration);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const share = z.number().min(0).max(1);
const fieldNames = z.array(z.string().min(1));

const qualitySchema = z.strictObject({
  topic: z
    .string()
    .regex(/^[\w.-]{1,249}$/, 'a Kafka topic')
    .default('incoming-data'),
  forward: z
    .string()
    .regex(/^[\w.-]{1,249}$/, 'a Kafka topic')
    .optional(),
  format: z.enum(['json', 'confluent', 'auto']).default('json'),
  schemas: z
    .strictObject({
      subject: z.string().min(1),
      versions: z.array(z.int().min(1)).min(1).optional(),
    })
    .optional(),
  owner: z.string().optional(),
  window: duration.refine(seconds => seconds >= 1, 'at least 1 s').default(60),
  falseAlarms: z.number().gt(0).max(0.5).default(0.01),
  allowedBad: share.default(0),
  relearn: z.union([z.literal(false), z.int().min(2).max(100_000)]).default(60),
  duplicates: z
    .union([
      z.literal(false),
      z.strictObject({
        by: z.union([z.literal('content'), fieldNames.min(1)]).optional(),
        messages: z.int().min(1).max(5_000_000).default(100_000),
        within: duration.default(3_600),
      }),
    ])
    .default({ messages: 100_000, within: 3_600 }),
  freshness: z.union([z.literal(false), duration]).default(false),
  season: z.enum(['none', 'hour-of-day', 'hour-of-week']).default('none'),
  series: fieldNames.default([]),
  breaker: z
    .union([
      z.literal(false),
      z.strictObject({
        above: share.default(0.5),
        rows: z.int().min(1).default(100),
        then: z.enum(['alert', 'stop']).default('alert'),
      }),
    ])
    .default({ above: 0.5, rows: 100, then: 'alert' }),
  redact: fieldNames.default([]),
});

const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
});

const contractSchema = z.looseObject({
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema'),
  type: z.literal('object'),
  'x-dataset': z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'lower case letters, digits, _ and -')
    .refine(name => name !== 'opened', 'is a name that the checker needs itself'),
  'x-version': z.int().min(1),
  'x-key': fieldNames.optional(),
  'x-quality': qualitySchema,
  properties: z.record(z.string(), propertySchema),
});

/**
 * Reads a contract: the JSON Schema of a row (2020-12) with our `x-` keywords.
 *
 * @param where - what an error calls it: its file.
 * @throws QualityError `CONTRACT_INVALID` with every fault.
 * @public
 */
export function parseStreamContract(text: string, where: string): StreamContract {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(where, (cause as Error).message);
  }
  const parsed = contractSchema.safeParse(value);
  if (!parsed.success) throw invalid(where, z.prettifyError(parsed.error));
  const { data } = parsed;
  const quality = data['x-quality'];
  const known = Object.keys(data.properties);
  const { duplicates, breaker } = quality;
  const by = duplicates === false ? undefined : (duplicates.by ?? data['x-key'] ?? 'content');
  const faults = Object.entries({
    'x-key': data['x-key'] ?? [],
    'duplicates.by': Array.isArray(by) ? by : [],
    series: quality.series,
    redact: quality.redact,
  }).flatMap(([what, names]) =>
    names.filter(name => !known.includes(name)).map(name => `${what} names ${name}, no property`),
  );
  if (quality.schemas && quality.format === 'json') faults.push('schemas are of no JSON');
  if (quality.forward === quality.topic) faults.push('forward is the topic itself');
  if (faults.length > 0) throw invalid(where, faults.join('; '));
  return {
    dataset: data['x-dataset'],
    version: data['x-version'],
    topic: quality.topic,
    ...(quality.format === 'json' ? {} : { format: quality.format }),
    ...(quality.schemas ? { schemas: quality.schemas } : {}),
    ...(quality.forward ? { forward: quality.forward } : {}),
    owner: quality.owner,
    schema: value as Record<string, unknown>,
    fields: Object.entries(data.properties).map(([name, property]) => ({
      name,
      kind: kindOf(property),
    })),
    series: quality.series,
    windowSeconds: quality.window,
    falseAlarms: quality.falseAlarms,
    allowedBad: quality.allowedBad,
    ...(quality.relearn === false ? {} : { relearnAfter: quality.relearn }),
    ...(duplicates !== false && by
      ? { duplicates: { by, messages: duplicates.messages, seconds: duplicates.within } }
      : {}),
    ...(quality.freshness === false ? {} : { freshSeconds: quality.freshness }),
    season: quality.season,
    ...(breaker === false ? {} : { breaker }),
    redact: quality.redact,
  };
}

/** Whether series may be named to nobody, since a field that says whose they are is redacted. */
export function hidesSeries({ series, redact }: StreamContract): boolean {
  return redact.length > 0 && series.some(field => redact.includes(field));
}

function kindOf(property: z.output<typeof propertySchema>): FieldKind {
  const types = [property.type ?? []].flat();
  if (types.includes('number') || types.includes('integer')) return 'number';
  if (types.includes('boolean')) return 'boolean';
  if (property.enum) return 'category';
  return property.format === 'date-time' || property.format === 'date' ? 'time' : 'text';
}

function invalid(where: string, what: string): QualityError {
  return new QualityError('CONTRACT_INVALID', what, { where, todo: 'Correct the contract.' });
}

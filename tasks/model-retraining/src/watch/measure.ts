import type { PoolClient } from 'pg';
import { driftFrom } from '../features/drift';
import { computeFeatures, fieldsOf, type InputRow, type ModelFile } from '@dolphinstage/model-kit';
import type { WatchBounds } from './bounds';
import type { LiveMeasures } from './verdict';

/** What the prediction log says of the live version. */
export interface Watched {
  readonly name: string;
  readonly version: number;
  /** Its accuracy when the gates looked at it. */
  readonly promised: number;
  readonly model: ModelFile;
  /** Predictions from this instant on, ms since 1970. */
  readonly since: number;
}

export type WatchStatement = 'plan' | 'labelled' | 'requests' | 'inputs' | 'write';

/** Reads the prediction log and the labels that have come. */
export async function measure(
  client: PoolClient,
  sql: Readonly<Record<WatchStatement, string>>,
  { name, version, promised, model, since }: Watched,
  { latencyMs }: WatchBounds,
): Promise<LiveMeasures> {
  const of = [name, version, since];
  const labelled = await client.query<{ rows: number; right: number }>(sql.labelled, [
    ...of,
    model.positive,
  ]);
  const requests = await client.query<{ count: number; errors: number; slow: number }>(
    sql.requests,
    [...of, latencyMs],
  );
  const inputs = await client.query<{ inputs: InputRow }>(sql.inputs, of);
  const rows = inputs.rows.map(row => row.inputs);
  // What is redacted isn't there: such features can't be watched.
  const visible = model.features.filter(feature =>
    fieldsOf(feature).every(field => rows.every(row => Object.hasOwn(row, field))),
  );
  return {
    version,
    promised,
    labelled: labelled.rows[0]!,
    requests: requests.rows[0]!,
    drift: driftFrom(model.reference, computeFeatures(visible, rows)),
    inputs: rows.length,
  };
}

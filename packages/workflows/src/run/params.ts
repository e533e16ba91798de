import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { decodeWire, type WireType } from '@dolphinstage/task-kit';
import { readParams } from '../import/read-params';
import { readMarker } from '../marker';
import { isTimeExpression } from '../synth/params';

/** A parameter that a run of a workflow can be given. @public */
export interface RunParam {
  readonly name: string;
  /** Absent where DolphinScheduler keeps a type that code of ours doesn't have. */
  readonly type?: WireType;
  /** What it is unless a run is told, as people write it. */
  readonly value: string;
  /** Its value is a time expression, worked out at each run. */
  readonly expression: boolean;
}

/** What runs of a live workflow can be given. @public */
export function runParams({ globalParams, description }: WorkflowDefinition): RunParam[] {
  const marker = readMarker(description);
  const encoded = marker !== undefined && !marker.verbatim;
  return readParams(globalParams, encoded).params.map(({ name, type, value, verbatim }) => {
    const expression = isTimeExpression(value);
    const text = type === 'string' && verbatim === undefined && !expression;
    return {
      name,
      type: verbatim === undefined ? type : undefined,
      value: text ? String(decodeWire('string', value)) : value,
      expression,
    };
  });
}

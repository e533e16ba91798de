import { type CommonSettings, defineTaskType } from './define-task-type';
import { count, list, text, workflow } from './fields';
import type { RawTask } from './raw-task';
import type { WorkflowRef } from './workflow-ref';

/** Values that a parameter takes one after the other. @public */
export interface DynamicParameter {
  /** The parameter of the other workflow. */
  readonly name: string;
  /** The values in one text, in which `${name}` is a parameter or an output of an earlier raw task: `a,b,${more}`. */
  readonly values: string;
  /** What stands between two of them. Default `,`. */
  readonly separator?: string;
}

/** @public */
export interface DynamicSettings extends Pick<CommonSettings, 'extra'> {
  readonly workflow: WorkflowRef;
  /** Each combination of their values is a run. */
  readonly parameters: readonly DynamicParameter[];
  /** Combinations that are left out: values of theirs, with commas between. Default: none. */
  readonly filter?: string;
  /** How many of its runs go on at once. Default 1. */
  readonly atOnce?: number;
  /** How many runs it makes at most. Default 1024. */
  readonly mostRuns?: number;
}

/**
 * Runs another workflow once for each combination of values; it succeeds when all runs do.
 *
 * @public
 */
export function dynamic(settings: DynamicSettings): RawTask<DynamicSettings> {
  return { raw: 'dynamic', settings };
}

/** Source: DynamicParameters and DynamicInputParameter of 3.2.2 and about 3.3.0. */
export const dynamicType = defineTaskType<DynamicSettings>({
  name: 'dynamic',
  serverType: 'DYNAMIC',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  withoutOutputs: ['3.2', '3.3', '3.4'],
  fields: {
    workflow: workflow(),
    parameters: list<DynamicParameter>('listParameters', {
      name: text('name'),
      values: text('value'),
      separator: text('separator', { default: ',', blank: true }),
    }),
    filter: text('filterCondition', { default: '' }),
    atOnce: count('degreeOfParallelism', { default: 1 }),
    mostRuns: count('maxNumOfSubWorkflowInstances', { default: 1024 }),
  },
});

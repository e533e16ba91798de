import { type CommonSettings, defineTaskType } from './define-task-type';
import { account, jsonDocument, SINCE_3_2 } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface SagemakerSettings extends CommonSettings {
  /** The request `StartPipelineExecution`, as JSON text or as a value. */
  readonly request: string | object;
  /**
   * The data source with the account, by name: the server puts its key and region in. From 3.2 on it is needed; 3.1 has
   * an account of its own.
   */
  readonly datasource?: string;
}

/**
 * A pipeline of Amazon SageMaker.
 *
 * @public
 */
export function sagemaker(settings: SagemakerSettings): RawTask<SagemakerSettings> {
  return { raw: 'sagemaker', settings };
}

const type = defineTaskType<SagemakerSettings>({
  name: 'sagemaker',
  serverType: 'SAGEMAKER',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    request: jsonDocument('sagemakerRequestJson'),
    datasource: account('SAGEMAKER', {
      optional: true,
      lines: SINCE_3_2,
      plainKeys: ['username', 'password', 'awsRegion'],
    }),
  },
});

/** Source: SagemakerParameters and SagemakerTask of 3.1.1, 3.2.2 and about 3.3.0. */
export const sagemakerType: typeof type = {
  ...type,
  unsupported: (settings, line) => [
    ...type.unsupported(settings, line),
    ...(line !== '3.1' && settings.datasource === undefined
      ? [{ what: 'an account of its own without a datasource', lines: ['3.1'] as const }]
      : []),
  ],
};

import { type CommonSettings, defineTaskType } from './define-task-type';
import { text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DataFactorySettings extends CommonSettings {
  /** The data factory. */
  readonly factory: string;
  /** The resource group that it is in. */
  readonly resourceGroup: string;
  /** The pipeline that is run. */
  readonly pipeline: string;
}

/**
 * A pipeline of Azure Data Factory. The account is the server's own.
 *
 * @public
 */
export function dataFactory(settings: DataFactorySettings): RawTask<DataFactorySettings> {
  return { raw: 'dataFactory', settings };
}

/** Source: DatafactoryParameters of 3.2.2 and about 3.3.0. */
export const dataFactoryType = defineTaskType<DataFactorySettings>({
  name: 'dataFactory',
  serverType: 'DATA_FACTORY',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    factory: text('factoryName'),
    resourceGroup: text('resourceGroupName'),
    pipeline: text('pipelineName'),
  },
});

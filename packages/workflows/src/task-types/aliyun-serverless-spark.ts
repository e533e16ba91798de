import { type CommonSettings, defineTaskType } from './define-task-type';
import { account, flag, openText, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface AliyunServerlessSparkSettings extends CommonSettings {
  /** The data source with the account, by name. */
  readonly datasource: string;
  readonly workspaceId: string;
  readonly resourceQueueId: string;
  /** What the program is: `JAR`, `PYTHON`, `SQL`. */
  readonly codeType: string;
  readonly jobName: string;
  /** The engine's release: `esr-2.1-native (Spark 3.3.1, Scala 2.12, Native Runtime)`. Default: the workspace's. */
  readonly engineVersion?: string;
  /** The program's address: `oss://bucket/job.jar`. */
  readonly entryPoint: string;
  /** What the program is given, with `#` between. Default: nothing. */
  readonly arguments?: string;
  /** Options of `spark-submit`, as one command line: `--class org.example.Job --conf a=b`. */
  readonly sparkOptions: string;
  /** True: it runs in production, else in development. Default false. */
  readonly production?: boolean;
}

/**
 * A Spark job of Alibaba Cloud's serverless Spark.
 *
 * @public
 */
export function aliyunServerlessSpark(
  settings: AliyunServerlessSparkSettings,
): RawTask<AliyunServerlessSparkSettings> {
  return { raw: 'aliyunServerlessSpark', settings };
}

/** Source: AliyunServerlessSparkParameters and …Task of about 3.3.0. */
export const aliyunServerlessSparkType = defineTaskType<AliyunServerlessSparkSettings>({
  name: 'aliyunServerlessSpark',
  serverType: 'ALIYUN_SERVERLESS_SPARK',
  lines: ['3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    datasource: account('ALIYUN_SERVERLESS_SPARK'),
    workspaceId: text('workspaceId'),
    resourceQueueId: text('resourceQueueId'),
    codeType: text('codeType'),
    jobName: text('jobName'),
    engineVersion: text('engineReleaseVersion', { optional: true }),
    entryPoint: openText('entryPoint'),
    arguments: openText('entryPointArguments', { optional: true }),
    sparkOptions: openText('sparkSubmitParameters'),
    production: flag('isProduction', { optional: true }),
  },
});

/** What makes tasks of DolphinScheduler's own types, for authors: one function a type. */
export { anyTask, type AnyTaskSettings } from './any-task';
export { shell, type ShellSettings } from './shell';
export { sql, type SqlSettings } from './sql';
export { subWorkflow, type SubWorkflowSettings, type WorkflowRef } from './sub-workflow';
export { switchOn, type SwitchCase, type SwitchSettings } from './switch';
export {
  aliyunServerlessSpark,
  type AliyunServerlessSparkSettings,
} from './aliyun-serverless-spark';
export { chunjun, type ChunjunSettings } from './chunjun';
export { dataFactory, type DataFactorySettings } from './data-factory';
export { datasync, type DatasyncSettings } from './datasync';
export { datax, type DataxSettings } from './datax';
export { dinky, type DinkySettings } from './dinky';
export { dms, type DmsSettings } from './dms';
export { dvc, type DvcSettings } from './dvc';
export { emr, type EmrSettings } from './emr';
export { emrServerless, type EmrServerlessSettings } from './emr-serverless';
export { externalSystem, type ExternalSystemSettings } from './external-system';
export { flink, type FlinkSettings } from './flink';
export { flinkStream } from './flink-stream';
export { grpc, type GrpcSettings } from './grpc';
export { hiveCli, type HiveCliSettings } from './hive-cli';
export { kubeflow, type KubeflowSettings } from './kubeflow';
export { linkis, type LinkisSettings } from './linkis';
export { mapReduce, type MapReduceSettings } from './map-reduce';
export { mlflow, type MlflowSettings } from './mlflow';
export { openmldb, type OpenmldbSettings } from './openmldb';
export { pytorch, type PytorchSettings } from './pytorch';
export { sagemaker, type SagemakerSettings } from './sagemaker';
export { seatunnel, type SeatunnelSettings } from './seatunnel';
export { spark, type SparkSettings } from './spark';
export {
  sqoop,
  type SqoopSettings,
  type SqoopDatabase,
  type SqoopSource,
  type SqoopTarget,
} from './sqoop';
export type { KubernetesNamespace } from './more-fields';

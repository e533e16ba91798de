/** What makes tasks of DolphinScheduler's own types, for authors: one function a type. */
export { anyTask, type AnyTaskSettings } from './any-task';
export { blocking, type BlockingSettings } from './blocking';
export { conditions, type ConditionsSettings } from './conditions';
export {
  dataQuality,
  type DataQualitySettings,
  type QualityComparison,
  type QualityMapping,
  type QualitySpark,
  type QualityStatement,
  type QualityTable,
} from './data-quality';
export type { DatabaseType } from './database-types';
export { dependent, type Dependency, type DependentSettings } from './dependent';
export type { DependentSpan } from './dependent-spans';
export { dynamic, type DynamicParameter, type DynamicSettings } from './dynamic';
export { http, type HttpExpectation, type HttpParameter, type HttpSettings } from './http';
export { java, type JavaSettings } from './java';
export { jupyter, type JupyterSettings } from './jupyter';
export { k8s, type K8sLabel, type K8sNodeSelector, type K8sSettings } from './k8s';
export { pigeon, type PigeonSettings } from './pigeon';
export { procedure, type ProcedureSettings } from './procedure';
export { python, type PythonSettings } from './python';
export type { Group, Relation } from './relation';
export { remoteShell, type RemoteShellSettings } from './remote-shell';
export { shell, type ShellSettings } from './shell';
export { sql, type SqlReport, type SqlSettings } from './sql';
export { subWorkflow, type SubWorkflowSettings } from './sub-workflow';
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
export { sqoop, type SqoopSettings } from './sqoop';
export type { SqoopDatabase } from './sqoop-databases';
export type { SqoopSource } from './sqoop-source';
export type { SqoopTarget } from './sqoop-target';
export type { K8sNamespace, KubernetesNamespace } from './fields';
export type { Outcomes, TaskOutcome } from './task-outcome';
export type { WorkflowRef } from './workflow-ref';
export { zeppelin, type ZeppelinSettings } from './zeppelin';

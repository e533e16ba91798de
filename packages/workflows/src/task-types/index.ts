import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { RawTaskBody, TaskBody } from '../model';
import { anyTaskType } from './any-task';
import { blockingType } from './blocking';
import { conditionsType } from './conditions';
import { dataQualityType } from './data-quality';
import { dependentType } from './dependent';
import { dynamicType } from './dynamic';
import { httpType } from './http';
import { javaType } from './java';
import { jupyterType } from './jupyter';
import { k8sType } from './k8s';
import { renderPackTask } from './pack';
import { pigeonType } from './pigeon';
import { procedureType } from './procedure';
import { pythonType } from './python';
import { remoteShellType } from './remote-shell';
import { shellType } from './shell';
import { sqlType } from './sql';
import { subWorkflowType } from './sub-workflow';
import { switchType } from './switch';
import { aliyunServerlessSparkType } from './aliyun-serverless-spark';
import { chunjunType } from './chunjun';
import { dataFactoryType } from './data-factory';
import { datasyncType } from './datasync';
import { dataxType } from './datax';
import { dinkyType } from './dinky';
import { dmsType } from './dms';
import { dvcType } from './dvc';
import { emrType } from './emr';
import { emrServerlessType } from './emr-serverless';
import { externalSystemType } from './external-system';
import { flinkType } from './flink';
import { flinkStreamType } from './flink-stream';
import { grpcType } from './grpc';
import { hiveCliType } from './hive-cli';
import { kubeflowType } from './kubeflow';
import { linkisType } from './linkis';
import { mapReduceType } from './map-reduce';
import { mlflowType } from './mlflow';
import { openmldbType } from './openmldb';
import { pytorchType } from './pytorch';
import { sagemakerType } from './sagemaker';
import { seatunnelType } from './seatunnel';
import { sparkType } from './spark';
import { sqoopType } from './sqoop';
import { zeppelinType } from './zeppelin';
import type { RawTaskType, RenderContext, RenderedBody, TaskSource } from './task-type';

/** DolphinScheduler's own types: one file each. */
export const rawTaskTypes: readonly RawTaskType[] = [
  blockingType,
  conditionsType,
  dataQualityType,
  dependentType,
  dynamicType,
  httpType,
  javaType,
  jupyterType,
  k8sType,
  pigeonType,
  procedureType,
  pythonType,
  remoteShellType,
  shellType,
  sqlType,
  subWorkflowType,
  switchType,
  aliyunServerlessSparkType,
  chunjunType,
  dataFactoryType,
  datasyncType,
  dataxType,
  dinkyType,
  dmsType,
  dvcType,
  emrType,
  emrServerlessType,
  externalSystemType,
  flinkType,
  flinkStreamType,
  grpcType,
  hiveCliType,
  kubeflowType,
  linkisType,
  mapReduceType,
  mlflowType,
  openmldbType,
  pytorchType,
  sagemakerType,
  seatunnelType,
  sparkType,
  sqoopType,
  zeppelinType,
  // Last: it takes what no other says.
  anyTaskType,
];

const byName = new Map(rawTaskTypes.map(type => [type.name, type]));

/** The type of a function's name. */
export function rawTaskType(name: string): RawTaskType | undefined {
  return byName.get(name);
}

function typeOf({ type }: RawTaskBody): RawTaskType {
  const found = byName.get(type);
  // A model is made by synth, which knows all types.
  if (!found) throw new TypeError(`there is no task type ${type}`);
  return found;
}

/** What the server holds of a task's body. */
export function renderBody(body: TaskBody, context: RenderContext): RenderedBody {
  if (body.kind === 'pack') return renderPackTask(body, context);
  const type = typeOf(body);
  return {
    taskType: type.serverType(context.line, body.settings),
    localParams: context.task.localParams.map(({ name, ...param }) => ({ prop: name, ...param })),
    resources: [],
    ...type.render(body.settings, context),
  };
}

/** What a raw task's line lacks, in words; undefined when it has all. */
export function bodyFault(body: RawTaskBody, line: ServerLine): string | undefined {
  const type = typeOf(body);
  const have = (lines: readonly ServerLine[]) =>
    `${lines.join(', ')} ${lines.length > 1 ? 'do' : 'does'}`;
  if (!type.lines.includes(line)) {
    return `${type.name}: this server's line ${line} doesn't have it; ${have(type.lines)}`;
  }
  const missing = type.unsupported(body.settings, line);
  return missing.length > 0
    ? `${type.name}: this server's line ${line} doesn't have ${missing
        .map(({ what, lines }) => `${what} (${have(lines)})`)
        .join(', ')}`
    : undefined;
}

/**
 * A raw task's body as the settings of its type; of any type, where its own settings can't say all that the server has.
 * Undefined when files of the resource centre aren't known by name.
 */
export function readBody(taskType: string, source: TaskSource): RawTaskBody | undefined {
  for (const type of rawTaskTypes) {
    if (type.serverType(source.line, {}) !== taskType || !type.lines.includes(source.line))
      continue;
    const settings = type.read(source);
    if (settings) return { kind: 'raw', type: type.name, settings };
  }
  const settings = anyTaskType.read(source);
  return (
    settings && { kind: 'raw', type: anyTaskType.name, settings: { type: taskType, ...settings } }
  );
}

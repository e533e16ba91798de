import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  datasource,
  type K8sNamespace,
  list,
  namespace,
  number,
  oneOf,
  same,
  SINCE_3_2,
  SINCE_3_3,
  text,
} from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface K8sLabel {
  readonly name: string;
  readonly value: string;
}

/** Which nodes it may run on, by a label of theirs. @public */
export interface K8sNodeSelector {
  /** The label. */
  readonly label: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  /** Values with commas between; none for `Exists` and `DoesNotExist`. */
  readonly values?: string;
}

/** @public */
export interface K8sSettings extends Pick<CommonSettings, 'extra'> {
  /** The container's image. */
  readonly image: string;
  readonly namespace: K8sNamespace;
  /** A data source of the server's of the kind K8S, by name. */
  readonly datasource?: string;
  /** What the container runs, as a list in JSON: `["sh", "-c"]`. Default: the image's. */
  readonly command?: string;
  /** Its arguments, as a list in JSON. Default: the image's. */
  readonly args?: string;
  /** Default `IfNotPresent`. */
  readonly pullPolicy?: 'IfNotPresent' | 'Always' | 'Never';
  /** The cluster's secret for the image's registry, by name. Default: none. */
  readonly pullSecret?: string;
  /** Cores that are asked for. Default: none in particular. */
  readonly cpuCores?: number;
  /** Megabytes that are asked for. Default: none in particular. */
  readonly memory?: number;
  readonly labels?: readonly K8sLabel[];
  readonly nodeSelectors?: readonly K8sNodeSelector[];
}

/**
 * A container as a job on Kubernetes.
 *
 * @public
 */
export function k8s(settings: K8sSettings): RawTask<K8sSettings> {
  return { raw: 'k8s', settings };
}

/** Source: K8sTaskParameters of 3.1.1, 3.2.2 and about 3.3.0, without the cluster's credentials: those are the data source's. */
export const k8sType = defineTaskType<K8sSettings>({
  name: 'k8s',
  serverType: 'K8S',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  withoutOutputs: ['3.1'],
  fields: {
    image: text('image'),
    namespace: namespace<K8sNamespace>('namespace', { nameOnly: SINCE_3_3 }),
    datasource: datasource('datasource', { optional: true, lines: SINCE_3_3 }),
    command: text('command', { optional: true, lines: SINCE_3_2 }),
    args: text('args', { optional: true, lines: SINCE_3_2 }),
    pullPolicy: oneOf('imagePullPolicy', same('IfNotPresent', 'Always', 'Never'), {
      default: 'IfNotPresent',
      lines: SINCE_3_2,
    }),
    pullSecret: text('pullSecret', { optional: true, lines: SINCE_3_2 }),
    cpuCores: number('minCpuCores', { optional: true, least: 0 }),
    memory: number('minMemorySpace', { optional: true, least: 0 }),
    labels: list<K8sLabel>(
      'customizedLabels',
      { name: text('label'), value: text('value') },
      { default: [], lines: SINCE_3_2 },
    ),
    nodeSelectors: list<K8sNodeSelector>(
      'nodeSelectors',
      {
        label: text('key'),
        operator: oneOf('operator', same('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt')),
        values: text('values', { optional: true }),
      },
      { default: [], lines: SINCE_3_2 },
    ),
  },
  constants: (line): Readonly<Record<string, unknown>> =>
    line === '3.1' || line === '3.2' ? {} : { type: 'K8S' },
});

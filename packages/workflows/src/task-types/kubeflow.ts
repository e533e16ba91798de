import { type CommonSettings, defineTaskType } from './define-task-type';
import { type KubernetesNamespace, namespace, openText } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface KubeflowSettings extends CommonSettings {
  /** The resource that is made, as YAML. A secret in it must be a placeholder, or better a Kubernetes secret by name. */
  readonly yaml: string;
  /** Where it is made, and so with which cluster's account. */
  readonly namespace: KubernetesNamespace;
}

/**
 * A job of Kubeflow's.
 *
 * @public
 */
export function kubeflow(settings: KubeflowSettings): RawTask<KubeflowSettings> {
  return { raw: 'kubeflow', settings };
}

/** Source: KubeflowParameters and KubeflowTask of 3.2.2 and about 3.3.0; the server adds `clusterYAML` when it runs. */
export const kubeflowType = defineTaskType<KubeflowSettings>({
  name: 'kubeflow',
  serverType: 'KUBEFLOW',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: { yaml: openText('yamlContent'), namespace: namespace('namespace') },
});

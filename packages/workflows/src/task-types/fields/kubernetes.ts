import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { type Field, type FieldOptions, isObject, one } from './field';
import { parseJson } from './json';
import { hasLine } from './lines';

/** @public */
export interface K8sNamespace {
  readonly name: string;
  /** The cluster, as DolphinScheduler's namespaces name it. Only 3.1 and 3.2 take it; later ones take a `datasource`. */
  readonly cluster?: string;
}

/** A namespace of a Kubernetes cluster that the server knows. @public */
export interface KubernetesNamespace {
  readonly name: string;
  readonly cluster: string;
}

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * A Kubernetes namespace. The server keeps it with its cluster as JSON text.
 *
 * @param options - `nameOnly`: lines that keep the name alone; the cluster may be left out then. Default: none.
 */
export function namespace<Namespace extends K8sNamespace>(
  key: string,
  {
    nameOnly = [],
    ...options
  }: FieldOptions<Namespace> & { readonly nameOnly?: readonly ServerLine[] } = {},
): Field<Namespace> {
  const hasNameOnly = (line: ServerLine) => hasLine(nameOnly, line);
  const clusterLines = (['3.1', '3.2', '3.3', '3.4'] as const).filter(line => !hasNameOnly(line));
  const needsCluster = nameOnly.length === 0;

  return one<Namespace>(
    key,
    {
      fault(value: unknown) {
        if (!isObject(value) || !isFilled(value.name)) return 'it has no name';
        const { cluster } = value;
        const good = isFilled(cluster) || (cluster === undefined && !needsCluster);
        return good ? undefined : 'it has no cluster';
      },
      toServer: ({ name, cluster = '' }, line) =>
        hasNameOnly(line) ? name : JSON.stringify({ name, cluster }),
      fromServer(value, { line }) {
        const found = hasNameOnly(line) ? { name: value } : parseJson(value);
        if (!isObject(found)) return undefined;
        const { name, cluster } = found;
        return { name, ...(cluster ? { cluster } : {}) } as Namespace;
      },
      lacks: (value, line) =>
        (value as Namespace).cluster !== undefined && hasNameOnly(line)
          ? [{ what: 'cluster', lines: clusterLines }]
          : [],
    },
    options,
  );
}

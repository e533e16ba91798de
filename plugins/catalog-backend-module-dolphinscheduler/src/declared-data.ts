/** Data sets that the catalog's own entities declare, and which workflows work on them. */
import type { AuthService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { DATASET_ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { PackTaskUse } from '@dolphinstage/workflows';

/** An API or a Resource that stands for a data set. */
export interface DeclaredData {
  /** An entity ref. */
  readonly ref: string;
  readonly isApi: boolean;
  /** What inputs call it. Absent: no input ever names it. */
  readonly dataset?: string;
  /** Ids of tasks. */
  readonly writtenBy: readonly string[];
  readonly readBy: readonly string[];
}

/** Entity refs that a workflow's entity leads to. */
export interface DataLinks {
  readonly dependsOn: readonly string[];
  readonly dependencyOf: readonly string[];
  readonly providesApis: readonly string[];
  readonly consumesApis: readonly string[];
}

const tasksIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(task => task.trim())
    .filter(Boolean);

/** The entities of the catalog that say which tasks work on them: only to what is there is anything linked. */
export async function readDeclaredData({
  catalog,
  auth,
}: {
  readonly catalog: CatalogService;
  readonly auth: AuthService;
}): Promise<DeclaredData[]> {
  const { dataset, writtenBy, readBy } = DATASET_ANNOTATIONS;
  const has = (annotation: string) => ({
    kind: ['API', 'Resource'],
    [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
  });
  const { items } = await catalog.getEntities(
    {
      filter: [has(writtenBy), has(readBy)],
      fields: ['kind', 'metadata.namespace', 'metadata.name', 'metadata.annotations'],
    },
    { credentials: await auth.getOwnServiceCredentials() },
  );
  return items.map(({ kind, metadata }: Entity) => ({
    ref: stringifyEntityRef({ kind, metadata } as Entity),
    isApi: kind === 'API',
    dataset: metadata.annotations?.[dataset],
    writtenBy: tasksIn(metadata.annotations?.[writtenBy]),
    readBy: tasksIn(metadata.annotations?.[readBy]),
  }));
}

/** Declared data by the tasks that work on it, made once for all workflows. */
export class DataIndex {
  readonly #writers = new Map<string, DeclaredData[]>();
  readonly #readers = new Map<string, DeclaredData[]>();

  constructor(declared: readonly DeclaredData[]) {
    for (const one of declared) {
      for (const task of one.writtenBy) put(this.#writers, task, one);
      for (const task of one.readBy) put(this.#readers, task, one);
    }
  }

  /** What is both made and read by a workflow is made by it. */
  linksOf(uses: readonly PackTaskUse[]): DataLinks {
    const written = touched(this.#writers, uses);
    const read = touched(this.#readers, uses).filter(one => !written.includes(one));
    const refs = (data: readonly DeclaredData[], isApi: boolean) =>
      data.filter(one => one.isApi === isApi).map(({ ref }) => ref);
    return {
      dependsOn: refs(read, false),
      dependencyOf: refs(written, false),
      providesApis: refs(written, true),
      consumesApis: refs(read, true),
    };
  }
}

function put(index: Map<string, DeclaredData[]>, task: string, data: DeclaredData): void {
  const known = index.get(task);
  if (known) known.push(data);
  else index.set(task, [data]);
}

/** A task whose input names data sets takes those, else all that it is declared for. */
function touched(
  index: ReadonlyMap<string, readonly DeclaredData[]>,
  uses: readonly PackTaskUse[],
): DeclaredData[] {
  const found = uses.flatMap(({ task, datasets }) =>
    (index.get(task) ?? []).filter(
      ({ dataset }) => !datasets || dataset === undefined || datasets.includes(dataset),
    ),
  );
  return [...new Set(found)];
}

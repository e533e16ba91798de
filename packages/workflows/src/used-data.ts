/** What the tasks of a live definition work on, told from the definition alone. */
import type { TaskDefinition } from '@dolphinstage/dolphinscheduler-client';
import { peekCommand } from './command';

/** @public */
export interface UsedData {
  /** Names of connections, sorted. */
  readonly connections: readonly string[];
  /** Ids of DolphinScheduler's data sources, sorted. */
  readonly datasources: readonly number[];
  /** Tasks of packs, each once for the same data sets. */
  readonly packTasks: readonly PackTaskUse[];
}

/** A task of a pack in a workflow. @public */
export interface PackTaskUse {
  /** `<pack>/<task>`. */
  readonly task: string;
  /** Those that its input names, sorted; absent where it names none and so takes all that it is made for. */
  readonly datasets?: readonly string[];
}

interface Contract {
  readonly 'x-dataset'?: unknown;
}

/** As `connectionInput` of the task kit takes them. */
const CONNECTION = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** A definition is anybody's text: more than this of anything isn't kept. */
const MOST = 500;
const LONGEST_NAME = 255;
const DEEPEST = 50;

/** The keys under which task types of DolphinScheduler name a data source. */
const DATASOURCE_KEYS = new Set([
  'datasource',
  'dataSource',
  'dataTarget',
  'srcDatasource',
  'targetDatasource',
  'src_datasource_id',
  'target_datasource_id',
  'writer_datasource_id',
]);

/**
 * What tasks name: connections in the inputs of packs' tasks, data sets there (under the keys `dataset` and
 * `datasets`, or in contracts), data sources in tasks of DolphinScheduler's own types. Never throws, whatever stands there.
 *
 * @public
 */
export function usedData(
  tasks: readonly Pick<TaskDefinition, 'taskType' | 'taskParams'>[],
): UsedData {
  const connections = new Set<string>();
  const datasources = new Set<number>();
  const packTasks = new Map<string, PackTaskUse>();
  for (const { taskType, taskParams } of tasks) {
    const { rawScript } = taskParams;
    const command =
      taskType === 'SHELL' && typeof rawScript === 'string' ? peekCommand(rawScript) : undefined;
    if (command) {
      for (const name of connectionsIn(command.input)) connections.add(name);
      const use = { task: command.task, datasets: datasetsIn(command.input) };
      packTasks.set(JSON.stringify(use), use);
    } else {
      for (const id of datasourcesIn(taskParams)) datasources.add(id);
    }
  }
  return {
    connections: [...connections].sort().slice(0, MOST),
    datasources: [...datasources].sort((a, b) => a - b).slice(0, MOST),
    packTasks: [...packTasks.values()].slice(0, MOST),
  };
}

/** `{ connection: 'shop' }`, wherever it stands, as `connection('shop')` is written. */
function connectionsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const { connection } = value as { connection?: unknown };
  const own = typeof connection === 'string' && CONNECTION.test(connection) ? [connection] : [];
  return [...own, ...Object.values(value).flatMap(item => connectionsIn(item, depth + 1))];
}

function datasetsIn(input: unknown): readonly string[] | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { dataset, datasets, contracts } = input as Readonly<Record<string, unknown>>;
  // A contract that the workflow brings itself names its data set.
  const own = [contracts].flat().map(contract => (contract as Contract | null)?.['x-dataset']);
  const named = [dataset, datasets, own]
    .flat()
    .filter(name => typeof name === 'string' && name.length <= LONGEST_NAME);
  return named.length > 0 ? [...new Set(named as string[])].sort().slice(0, MOST) : undefined;
}

/** Some types hold them as JSON in a text. */
function datasourcesIn(value: unknown, depth = 0): number[] {
  if (depth > DEEPEST) return [];
  if (typeof value === 'string' && value.includes('Datasource')) {
    return datasourcesIn(parsed(value), depth + 1);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const id = DATASOURCE_KEYS.has(key) ? Number(item) : 0;
    return Number.isSafeInteger(id) && id > 0 ? [id] : datasourcesIn(item, depth + 1);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

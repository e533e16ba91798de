import { join } from 'node:path';
import {
  bundlePack,
  encodeText,
  ensureTopic,
  openKafka,
  withAdmin,
  writeConnections,
  type ConnectionSettings,
} from '@dolphinstage/task-kit';
import { inSequence, measure, type BenchContext } from '../../src/bench';
import { COLUMNS, TABLE, type Source } from './orders';
import { DATASET, writePackFolder } from './pack-folder';
import type { Way } from './target';

const TOPIC = 'bench-mysql-postgres';

/** Our two ways, in one bundle that is made as `plan` makes it. */
export interface Ours {
  direct: Way;
  staged: Way;
  bundle: string;
  commands: Record<string, string>;
  close(): Promise<void>;
}

/** @param folder - for the bundle and the connections file. */
export async function ours(context: BenchContext, source: Source, folder: string): Promise<Ours> {
  const bundle = await bundlePack(writePackFolder(join(folder, 'pack')), folder);
  const kafkaSettings = { kind: 'kafka', tls: false, ...context.platform.kafka } as const;
  const kafka = await openKafka(kafkaSettings);
  // A platform's topic is there before its first run.
  await ensureTopic(kafka, { topic: TOPIC });
  const connections = join(folder, 'connections.json');

  const staging = {
    kafka: { connection: 'kafka' },
    warehouse: { connection: 'warehouse' },
    topic: TOPIC,
    datasets: [DATASET],
  };
  const inputs = {
    'copy-mysql': {
      from: { connection: 'shop' },
      to: { connection: 'warehouse' },
      table: TABLE,
      columns: COLUMNS,
    },
    'extract-mysql': { from: { connection: 'shop' }, ...staging },
    'load-raw': staging,
  };
  type TaskName = keyof typeof inputs;
  const commandLine = (task: TaskName) => [
    bundle.file,
    `warehouse/${task}`,
    '--input',
    encodeText(JSON.stringify(inputs[task])),
  ];
  // As DolphinScheduler runs a task, with its run record.
  const asScheduled = (task: TaskName) => [
    ...commandLine(task),
    '--identity',
    encodeText(JSON.stringify({ project: 'bench', workflow: 'mysql-postgres', task })),
    '--instance',
    '1',
  ];
  const task = (args: string[]) =>
    measure(context, process.execPath, args, { env: { DOLPHINSTAGE_CONNECTIONS: connections } });
  const connect = (warehouse: ConnectionSettings<'postgres'>, recorded: boolean) =>
    writeConnections(connections, {
      ...(recorded ? { ops: warehouse } : {}),
      warehouse,
      shop: source.settings,
      kafka: kafkaSettings,
    });
  const shown = (name: TaskName) =>
    `node ${bundle.fileName} warehouse/${name} --input '${JSON.stringify(inputs[name])}'`;

  return {
    bundle: bundle.fileName,
    commands: {
      direct: shown('copy-mysql'),
      staged: `${shown('extract-mysql')} && ${shown('load-raw')}`,
    },
    direct: {
      name: 'direct',
      needs: 'table',
      table: TABLE,
      run(target) {
        connect(target, false);
        return task(commandLine('copy-mysql'));
      },
    },
    staged: {
      name: 'staged',
      needs: 'ops',
      table: `raw.${DATASET}`,
      async run(target) {
        connect(target, true);
        return inSequence([
          await task(asScheduled('extract-mysql')),
          await task(asScheduled('load-raw')),
        ]);
      },
    },
    async close() {
      await withAdmin(kafka, admin => admin.deleteTopics({ topics: [TOPIC] }));
    },
  };
}

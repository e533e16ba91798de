/** Holds data-sets.yaml, which the catalog reads, against the contracts and the tasks, which are what counts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import pack from '.';
import { DATASETS } from './contract';
import { PACK_ROOT } from './testing/world';

/** Tasks that change nothing of a data set. */
const READERS = ['warehouse/analyse', 'warehouse/reconcile'];
const ANY = { connection: 'any' };

const read = (path: string) => readFileSync(join(PACK_ROOT, path), 'utf8');

/** Tasks that take a data set. */
function tasksOf(dataset: string): string[] {
  return pack.tasks
    .filter(
      ({ input }) =>
        input.safeParse({ from: ANY, kafka: ANY, warehouse: ANY, datasets: [dataset] }).success,
    )
    .map(({ id }) => id);
}

function entitiesOf(dataset: string): object[] {
  const contract = JSON.parse(read(`contracts/${dataset}.json`)) as Record<string, string>;
  const tasks = tasksOf(dataset);
  const metadata = {
    name: `warehouse-${dataset}`,
    title: contract.title,
    description: contract.description,
    annotations: {
      'dolphinscheduler.dolphinstage.io/dataset': contract['x-dataset'],
      'dolphinscheduler.dolphinstage.io/written-by': tasks
        .filter(task => !READERS.includes(task))
        .join(', '),
      'dolphinscheduler.dolphinstage.io/read-by': READERS.join(', '),
    },
  };
  const ofPack = { owner: 'group:default/data-platform', system: 'warehouse' };
  const apiVersion = 'backstage.io/v1alpha1';
  const definition = { $text: `./contracts/${dataset}.json` };
  return [
    {
      apiVersion,
      kind: 'API',
      metadata,
      spec: { type: 'json-schema', lifecycle: 'production', ...ofPack, definition },
    },
    { apiVersion, kind: 'Resource', metadata, spec: { type: 'dataset', ...ofPack } },
  ];
}

it('has an API and a Resource for each contract, with the tasks that work on it', () => {
  const entities = parseAllDocuments(read('data-sets.yaml')).map(
    document => document.toJS() as object,
  );
  expect(entities).toEqual(DATASETS.flatMap(entitiesOf));
});

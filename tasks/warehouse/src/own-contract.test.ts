/** A data set that isn't the pack's: its contract comes with the tasks' input. */
import { testPlatform } from '@dolphinstage/embedded';
import { createWorld, refs, type World } from './testing/world';
import { clean } from './tasks/clean';
import { extractCsv } from './tasks/extract-csv';
import { extractMysql } from './tasks/extract-mysql';
import { loadRaw } from './tasks/load-raw';
import { reconcile } from './tasks/reconcile';

let world: World;

beforeAll(async () => {
  world = await createWorld(testPlatform(), { uploads: { kind: 'files', path: '/nowhere' } });
  await world.mysql.query('create table parcels (id bigint primary key, sent_to varchar(20))');
  await world.mysql.query("insert into parcels values (1, 'Oslo'), (2, null), (3, 'Rome')");
});

afterAll(() => world?.close());

const contract = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  'x-dataset': 'parcels',
  'x-version': 1,
  'x-source': { system: 'mysql', object: 'parcels' },
  'x-load': 'full',
  'x-key': ['id'],
  properties: {
    id: { type: 'integer', 'x-type': 'bigint' },
    sent_to: { type: ['string', 'null'], 'x-type': 'text' },
  },
  required: ['id', 'sent_to'],
  additionalProperties: false,
};
const contracts = [contract];

it('goes to cleaned without analytics; what is lost there is found', async () => {
  const { kafka, warehouse } = refs;
  const staging = { kafka, warehouse, topic: world.topic };
  const extracted = await world.run(extractMysql, { from: refs.mysql, ...staging, contracts });
  expect(extracted.output.datasets).toMatchObject([{ dataset: 'parcels', rows: 3 }]);
  await world.run(loadRaw, { ...staging, contracts });
  const { output } = await world.run(clean, { warehouse, contracts });
  expect(output.datasets).toEqual([{ dataset: 'parcels', changed: 3, quarantined: 0 }]);
  const proof = await world.run(reconcile, { kafka, warehouse, contracts });
  expect(proof.output).toMatchObject({
    rows: { mysql: 3, raw: 3, cleaned: 3, analytics: 0 },
    lost: 0,
  });
  await world.db.query('delete from cleaned.parcels where id = 2');
  await expect(world.run(reconcile, { kafka, warehouse, contracts }, 2)).rejects.toMatchObject({
    code: 'ROWS_LOST',
  });
});

it('is read by the task for its kind of source', async () => {
  const input = { from: refs.files, kafka: refs.kafka, warehouse: refs.warehouse, contracts };
  await expect(world.run(extractCsv, input)).rejects.toMatchObject({
    code: 'CONTRACT_INVALID',
    message: 'it says that it comes from mysql, not from csv',
  });
});

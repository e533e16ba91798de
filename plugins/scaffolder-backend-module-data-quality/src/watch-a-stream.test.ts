/** The template "Watch a stream", as people use it: through the scaffolder, from the form's values to a branch. */
import type { JsonObject } from '@backstage/types';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import {
  makeRepository,
  type TestRepository,
} from '@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler/src/__testUtils__/repository';
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import {
  startScaffolder,
  templateEntity,
  type TestScaffolder,
} from '@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler/src/__testUtils__/scaffolder';
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { removeWorkspaces } from '@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler/src/__testUtils__/workspace';
import { parseStreamContract } from '@dolphinstage/tasks-data-quality';
import { validate, type Schema } from 'jsonschema';
import { parse } from 'yaml';
import scaffolderModuleDataQuality from '.';

const NAME = 'watch-a-stream';
/** What would leave a text in JSON, in YAML or in a template. */
const HOSTILE = `it's "quoted" \\ \${{ values.topic }} {% raw %} # : - [ { 🐬`;

const FORM = {
  dataset: 'shop_orders',
  about: HOSTILE,
  topic: 'orders.v1',
  owner: 'group:default/sales',
  by: 'fields',
  fields: [
    { name: 'id', type: 'string', isKey: true },
    { name: 'total', type: 'number', canBeEmpty: true },
    { name: 'placed', type: 'date-time' },
    { name: 'email', type: 'string', isSecret: true },
  ],
  window: '5m',
  allowedBad: 0.05,
  falseAlarms: 0.01,
  freshness: '15m',
  season: 'hour-of-day',
  code: 'local',
};

describe('the template "Watch a stream"', () => {
  let repository: TestRepository;
  let scaffolder: TestScaffolder;

  beforeAll(async () => {
    repository = makeRepository();
    scaffolder = await startScaffolder({
      dolphinscheduler: { scaffolder: { repository: repository.path } },
      templates: [NAME],
      features: [scaffolderModuleDataQuality],
    });
  });
  afterAll(async () => {
    removeWorkspaces();
    await scaffolder?.stop();
  });

  const branches = () =>
    repository.git('branch', '--list', '--format=%(refname:short)').split('\n');
  const use = async (values: JsonObject) => {
    const { parameters } = templateEntity(NAME).spec as unknown as { parameters: Schema[] };
    // Backstage's own validator is stricter than this one about nothing that is tried here.
    for (const page of parameters) {
      expect(validate(values, page).errors.map(String)).toEqual([]);
    }
    return scaffolder.use(NAME, values);
  };
  const file = (branch: string, path: string) => repository.git('show', `${branch}:${path}`);

  it('says what would be checked where that is all that is asked for', async () => {
    const { status, plan, review } = await use({ ...FORM, planOnly: true });
    expect([status, review]).toEqual(['completed', undefined]);
    expect(plan).toContain('**shop_orders** version 1, from topic orders.v1');
    expect(plan).toContain('never shown: email');
    expect(branches()).toEqual(['main']);
  });

  it('writes a contract that the checker reads, and the page that alerts lead to', async () => {
    const { status, review } = await use(FORM);
    expect(status).toBe('completed');
    expect(review).toContain('dolphinstage/watch-shop-orders');
    const branch = 'dolphinstage/watch-shop-orders';
    const text = file(branch, 'contracts/shop_orders.json');
    expect(parseStreamContract(text, 'it')).toMatchObject({
      dataset: 'shop_orders',
      topic: 'orders.v1',
      owner: 'group:default/sales',
      windowSeconds: 300,
      allowedBad: 0.05,
      freshSeconds: 900,
      season: 'hour-of-day',
      duplicates: { by: ['id'] },
      redact: ['email'],
      fields: [
        { name: 'id', kind: 'text' },
        { name: 'total', kind: 'number' },
        { name: 'placed', kind: 'time' },
        { name: 'email', kind: 'text' },
      ],
    });
    expect(JSON.parse(text)).toMatchObject({
      description: HOSTILE,
      required: ['id', 'placed', 'email'],
      properties: { total: { type: ['number', 'null'] } },
      additionalProperties: false,
    });
    expect(parse(file(branch, 'catalog/shop_orders/catalog-info.yaml'))).toMatchObject({
      kind: 'Resource',
      metadata: { name: 'shop_orders', description: HOSTILE },
      spec: { type: 'dataset', owner: 'group:default/sales' },
    });
  });

  const SCHEMA = {
    dataset: 'readings',
    topic: 'readings',
    owner: 'user:default/ann',
    by: 'schema',
    properties: '{"sensor": {"enum": ["a", "b"]}, "value": {"type": "number", "minimum": 0}}',
    required: ['sensor'],
    key: ['sensor'],
    window: '60s',
    allowedBad: 0,
    freshness: 'never',
    code: 'local',
  };

  it('takes the properties of a schema', async () => {
    expect((await use(SCHEMA)).status).toBe('completed');
    const text = file('dolphinstage/watch-readings', 'contracts/readings.json');
    const contract = parseStreamContract(text, 'it');
    expect(contract).toMatchObject({
      duplicates: { by: ['sensor'] },
      redact: [],
      fields: [{ kind: 'category' }, { kind: 'number' }],
    });
    expect(contract.freshSeconds).toBeUndefined();
  });

  it.each([
    ['no JSON', { properties: '{"sensor": ' }, /contracts\/readings\.json/],
    ['a key that is no property', { key: ['other'] }, /x-key names other, no property/],
    [
      'a schema that is none',
      { properties: '{"sensor": {"type": "colour"}}' },
      /properties\/sensor\/type|type/,
    ],
  ])('says what is wrong, and writes nothing: %s', async (what, more, words) => {
    const dataset = `wrong-${what.length}`;
    const { status, log } = await use({ ...SCHEMA, dataset, ...more });
    expect(status).toBe('failed');
    expect(log.replaceAll(dataset, 'readings')).toMatch(words);
    expect(branches()).not.toContain(`dolphinstage/watch-${dataset}`);
  });
});

import { inspect } from 'node:util';
import { testPlatform } from '@dolphinstage/embedded';
import { redact } from '@dolphinstage/common';
import { adminClient, collect, unique } from '../__testUtils__/server';
import type { Datasource, DatasourceSpec, DolphinSchedulerClient } from '../client';

const { host, port, user, password } = testPlatform().postgres;

const specOf = (name: string): DatasourceSpec => ({
  name,
  type: 'POSTGRESQL',
  host,
  port,
  database: 'postgres',
  user,
  password,
  description: 'for a test',
});

describe('datasources', () => {
  let admin: DolphinSchedulerClient;
  const made: Datasource[] = [];

  beforeAll(async () => {
    admin = await adminClient();
  });
  afterAll(async () => {
    for (const { id } of made) await admin.datasources.delete(id);
  });

  it('are made, found and listed without what they are reached with', async () => {
    const name = unique('datasource');
    expect(await admin.datasources.find(name)).toBeUndefined();
    const datasource = await admin.datasources.create(specOf(name));
    made.push(datasource);
    expect(datasource).toEqual({ id: expect.any(Number), name, type: 'POSTGRESQL' });
    expect(await admin.datasources.find(name)).toEqual(datasource);
    expect(await admin.datasources.find(name.slice(0, -1))).toBeUndefined();
    expect(await collect(admin.datasources.listAll())).toContainEqual(datasource);
    expect(redact(`it is ${password}`)).toBe('it is ***');
  });

  it('are not made twice', async () => {
    const spec = specOf(unique('datasource'));
    made.push(await admin.datasources.create(spec));
    await expect(admin.datasources.create(spec)).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
    });
  });

  it('must be reachable, and no error shows their password', async () => {
    const spec = { ...specOf(unique('datasource')), password: 'not-the-right-one' };
    const refused: unknown = await admin.datasources.create(spec).catch(error => error);
    expect(refused).toMatchObject({ code: 'CLIENT_INVALID', serverCode: 10016 });
    expect(inspect(refused, { depth: 10 })).not.toContain(spec.password);
    expect(await admin.datasources.find(spec.name)).toBeUndefined();
  });

  it('are gone when they were deleted', async () => {
    const { id, name } = await admin.datasources.create(specOf(unique('datasource')));
    await admin.datasources.delete(id);
    expect(await admin.datasources.find(name)).toBeUndefined();
    await expect(admin.datasources.delete(id)).rejects.toMatchObject({ code: 'CLIENT_NOT_FOUND' });
  });
});

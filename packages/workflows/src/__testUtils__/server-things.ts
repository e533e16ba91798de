import { randomUUID } from 'node:crypto';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';

/** What tasks refer to on a real server beside workflows; all of one unique name. */
export interface ServerThings {
  readonly name: string;
  /** On the platform's PostgreSQL. */
  readonly datasource: string;
  readonly resource: string;
  remove(): Promise<void>;
}

export async function makeServerThings(): Promise<ServerThings> {
  const client = await createClient(testPlatform().dolphinscheduler);
  const name = `types-test-${randomUUID().slice(0, 8)}`;
  const { host, port, user, password } = testPlatform().postgres;
  const datasource = await client.datasources.create({
    name,
    type: 'POSTGRESQL',
    host,
    port,
    database: 'postgres',
    user,
    password,
  });
  const path = `/${name}/file.txt`;
  const resource = await client.resources.upload(path, Buffer.from('hello\n'));
  return {
    name,
    datasource: name,
    resource: path,
    async remove() {
      await client.datasources.delete(datasource.id);
      await client.resources.delete(resource);
      const folder = await client.resources.find(`/${name}`);
      if (folder) await client.resources.delete(folder);
    },
  };
}

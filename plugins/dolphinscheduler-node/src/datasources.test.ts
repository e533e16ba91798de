import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { Datasources } from './datasources';
import type { WorkflowRow } from './rows';

const row = (...datasources: number[]) =>
  ({
    data: { connections: [], packTasks: [], datasources, datasourceNames: [] },
  }) as Partial<WorkflowRow> as WorkflowRow;

/** A double of the client that has these data sources, and counts how often it is asked. */
function serverWith(names: Record<number, string>) {
  const server = { names, asked: 0, fails: false };
  const client = {
    datasources: {
      async *listAll() {
        server.asked += 1;
        if (server.fails) throw new Error('no answer');
        for (const [id, name] of Object.entries(server.names)) yield { id: Number(id), name };
      },
    },
  } as unknown as DolphinSchedulerClient;
  return { server, client };
}

describe('names of data sources', () => {
  it('are asked for once for all, and again only for a new one', async () => {
    const { server, client } = serverWith({ 1: 'shop', 2: 'archive' });
    const datasources = new Datasources();
    const namesOf = async (...rows: WorkflowRow[]) =>
      (await datasources.named(client, rows)).map(({ data }) => data.datasourceNames);
    expect(await namesOf(row(), row())).toEqual([[], []]);
    expect(server.asked).toBe(0);
    expect(await namesOf(row(1, 2), row(1), row())).toEqual([['archive', 'shop'], ['shop'], []]);
    expect(await namesOf(row(2), row(1))).toEqual([['archive'], ['shop']]);
    expect(server.asked).toBe(1);
    server.names[3] = 'new';
    expect(await namesOf(row(3))).toEqual([['new']]);
    expect(server.asked).toBe(2);
  });

  it('that were known stay while the server does not tell', async () => {
    const { server, client } = serverWith({ 1: 'shop' });
    const datasources = new Datasources();
    await datasources.named(client, [row(1)]);
    server.fails = true;
    const [both] = await datasources.named(client, [row(1, 2)]);
    expect(both?.data.datasourceNames).toEqual(['shop']);
  });

  it('leave a row that has its names as it is', async () => {
    const { client } = serverWith({ 1: 'shop' });
    const datasources = new Datasources();
    const [named] = await datasources.named(client, [row(1)]);
    expect((await datasources.named(client, [named!]))[0]).toBe(named);
  });
});

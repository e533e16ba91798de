import { RegistryServer } from '@dolphinstage/embedded';
import { Checker, until } from './__testUtils__/checker';
import { datasetEntity, startPortal, type Portal } from './__testUtils__/portal';
import * as answers from './openapi/answers';

jest.setTimeout(180_000);

const QUARANTINE = '/datasets/orders/quarantine';

describe('rows that name a schema', () => {
  let checker: Checker;
  let registry: RegistryServer;
  let portal: Portal;
  let schema: number;

  /** In Confluent's wire format: a byte 0, the schema's id, the row. */
  const message = (row: object) => {
    const header = Buffer.alloc(5);
    header.writeInt32BE(schema, 1);
    return Buffer.concat([header, Buffer.from(JSON.stringify(row))]);
  };
  const values = async (of: Portal) =>
    answers.quarantineList
      .parse((await of.get(QUARANTINE).expect(200)).body)
      .items.map(item => item.values);
  const start = async (more: object) => {
    const started = await startPortal(
      {
        ...checker.config,
        contracts: checker.contracts({ format: 'confluent', schemas: { subject: 'orders-value' } }),
        ...more,
      },
      [datasetEntity('orders')],
    );
    await until(
      'Kafka is read',
      async () => (await started.get('/health', 'nobody')).body.reachable,
    );
    return started;
  };

  beforeAll(async () => {
    registry = await RegistryServer.start();
    schema = await registry.register(
      'orders-value',
      { type: 'object', properties: { id: { type: 'string' } } },
      { schemaType: 'JSON' },
    );
    checker = await Checker.open();
    await checker.makeTopics();
    await checker.quarantine(1, message({ id: 'a', amount: -1, email: 'ann@example.com' }));
    portal = await start({ schemaRegistry: { url: registry.url } });
  });
  afterAll(async () => {
    await portal?.stop();
    await checker?.close();
    await registry?.stop();
  });

  it('are shown as the registry decodes them, what the contract redacts masked', async () => {
    expect(await values(portal)).toEqual([{ id: 'a', amount: -1, email: '***' }]);
  });

  it('go back once the contract takes them', async () => {
    const replay = async (body: object) =>
      answers.replayAnswer.parse(
        (await portal.post(`${QUARANTINE}/replay`, body).expect(200)).body,
      );
    expect(await replay({ dryRun: true })).toMatchObject({ replayed: 0, stillBad: 1 });
    checker.contracts({ format: 'confluent' }, { minimum: -5 });
    expect(await replay({ dryRun: true })).toMatchObject({ replayed: 1, stillBad: 0 });
    expect(await replay({ dryRun: false, expected: 1 })).toMatchObject({ replayed: 1 });
    await until('it is there', async () => (await checker.written()) > 0);
  });

  it('are listed without values while no registry answers, or where none is named', async () => {
    await registry.kill();
    for (const more of [{ schemaRegistry: { url: registry.url } }, {}]) {
      const other = await start(more);
      try {
        expect(await values(other)).toEqual([undefined]);
      } finally {
        await other.stop();
      }
    }
  });
});

import { Link } from '@dolphinstage/test';
import { World, customers, eventually, train, type ServerProcess } from './__testUtils__/world';

jest.setTimeout(300_000);

let world: World;
beforeAll(async () => {
  world = await World.create();
  for (const version of [1, 2, 3]) {
    await world.register('churn', version, (await train('churn', version)).files);
  }
  await world.switchTo('churn', 1);
});
afterAll(() => world.close());

const rows = customers(10, 5);

/** Figures of /metrics. */
async function figure(server: ServerProcess, name: string): Promise<number> {
  const { body } = await world.ask(server, '/metrics');
  const line = (body as string).split('\n').find(each => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const waiting = (server: ServerProcess) => figure(server, 'dolphinstage_models_log_waiting_rows');
const dropped = (server: ServerProcess) =>
  figure(server, 'dolphinstage_models_log_rows_total{outcome="dropped"}');
const written = (server: ServerProcess) =>
  figure(server, 'dolphinstage_models_log_rows_total{outcome="written"}');

describe.each(['freeze', 'cut'] as const)('PostgreSQL behind a link that is out by %s', how => {
  it('goes on with what it has, logs within its bound, counts what it drops, and finds back', async () => {
    const link = await Link.to(world.settings.host, world.settings.port);
    const live = how === 'freeze' ? 1 : 2;
    const next = live + 1;
    await world.switchTo('churn', live);
    const server = await world.serve(['--log-rows', '100'], link.port);
    await world.answers(server, live);
    link[how]();
    const statuses = new Set<number>();
    for (let request = 0; request < 40; request += 1) {
      const { status, body } = await world.predict(server, rows);
      statuses.add(status);
      expect(body.version).toBe(live);
    }
    expect(statuses).toEqual(new Set([200]));
    await eventually('it says that PostgreSQL is away', async () => {
      const { status, body } = await world.ask(server, '/readyz');
      return status === 200 && body.includes("PostgreSQL can't be asked");
    });
    // 400 rows: a batch may be on its way, the others wait within the bound.
    await eventually('it has dropped', async () => (await dropped(server)) > 0);
    expect(await waiting(server)).toBeLessThanOrEqual(100);
    await world.switchTo('churn', next);
    link.mend();
    await world.answers(server, next);
    await eventually('all that waited is written', async () => (await waiting(server)) === 0);
    await eventually(
      'every row is written or dropped',
      async () => (await written(server)) + (await dropped(server)) >= 400,
    );
    expect(await server.end()).toBe(0);
    link.close();
  });
});

it('goes on when PostgreSQL ends its connections', async () => {
  await world.switchTo('churn', 1);
  const server = await world.serve();
  await world.answers(server, 1);
  for (const version of [2, 3, 1]) {
    await world.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'dolphinstage-models%'`,
    );
    expect((await world.predict(server, rows)).status).toBe(200);
    await world.switchTo('churn', version);
    await world.answers(server, version);
  }
  expect(await server.end()).toBe(0);
});

it('answers all that comes until those who balance load have seen it end, and logs it', async () => {
  const server = await world.serve(['--drain', '3000']);
  await world.answers(server, 1);
  const outcomes = new Map<string, number>();
  const requests: string[] = [];
  let ready = true;
  const client = async () => {
    while (ready) {
      const outcome = await world.predict(server, rows).then(
        ({ status, body }) => {
          requests.push(body.request);
          return String(status);
        },
        error => String((error as { cause?: { code?: string } }).cause?.code),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  await eventually('they ask', async () => (outcomes.get('200') ?? 0) > 50);
  const exit = server.end();
  const before = requests.length;
  await eventually('it is not ready', async () => {
    const { status } = await world.ask(server, '/readyz');
    return status === 503 && requests.length > before + 20;
  });
  ready = false;
  await Promise.all(clients);
  expect(await exit).toBe(0);
  expect([...outcomes.keys()]).toEqual(['200']);
  const { rows: logged } = await world.db.query(
    'select count(distinct request)::int as count from models.prediction where request = any($1)',
    [requests],
  );
  expect(logged[0]).toEqual({ count: requests.length });
});

it.each([
  [['--port', 'x'], '--port x is no whole number'],
  [['--sample', '2'], '--sample 2 is no share'],
  [['--postgres', 'none'], 'none is no postgres connection'],
])('%s: refuses bad options', async (more, said) => {
  await expect(world.serve(more)).rejects.toThrow(said);
});

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, servers, serverStatus, Supervisor } from '@dolphinstage/embedded';
import type { DatasetQuality } from '@dolphinstage/plugin-data-quality-common';
import { Checker, until } from './__testUtils__/checker';
import { datasetEntity, startPortal, type Portal } from './__testUtils__/portal';

const LIMIT_MS = 240_000;
jest.setTimeout(LIMIT_MS);

// Its own Kafka: that of the test run is others', too.
describe('a portal whose Kafka goes away and comes back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-kafka-away-'));
  const only = servers.filter(({ name }) => name === 'kafka');
  let home: Home;
  let supervisor: Supervisor;
  let checker: Checker;
  let portal: Portal;

  const quality = async () =>
    (await portal.get('/datasets/orders').expect(200)).body as DatasetQuality;
  const seen = (windows: number) =>
    until(
      `${windows} windows`,
      async () => {
        const { windows: there, problem } = await quality();
        return there.length === windows && problem === undefined;
      },
      90_000,
    );
  const kafkaAnswers = async () => {
    const [kafka] = await serverStatus({ home, servers: only });
    return kafka!.healthy;
  };
  const signal = async (name: NodeJS.Signals) => {
    const [kafka] = await serverStatus({ home, servers: only });
    // With all that it has started.
    process.kill(-kafka!.pid!, name);
  };

  beforeAll(async () => {
    // The service user, whom the servers run as, must get in.
    chmodSync(folder, 0o755);
    home = new Home(join(folder, 'home'));
    supervisor = new Supervisor({ home, servers: only });
    await supervisor.start();
    const { host, port } = supervisor.endpoint('kafka');
    checker = await Checker.open([`${host}:${port}`]);
    await checker.makeTopics();
    portal = await startPortal(checker.config, [datasetEntity('orders')]);
    await checker.score('orders', 1);
    await seen(1);
  });
  afterAll(async () => {
    await portal?.stop();
    await checker?.close();
    await supervisor?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[NodeJS.Signals, NodeJS.Signals | undefined, number]>([
    ['SIGSTOP', 'SIGCONT', 2],
    ['SIGKILL', undefined, 3],
  ])('after %s shows what it knew, says so, and goes on by itself', async (end, begin, windows) => {
    const { asOf } = await quality();
    await signal(end);
    const away = await until(
      'it says that Kafka is away',
      async () => {
        const now = await quality();
        return now.problem !== undefined && now;
      },
      60_000,
    );
    expect(away.windows).toHaveLength(windows - 1);
    expect(away.problem).toBe('Kafka does not answer');
    expect(Date.parse(away.asOf!)).toBeGreaterThanOrEqual(Date.parse(asOf!));
    await portal.get('/datasets/orders/quarantine').expect(503);
    if (begin) await signal(begin);
    // The supervisor begins a killed one anew, which takes longer than what is written waits for it.
    await until('Kafka answers again', kafkaAnswers, 90_000);
    await checker.score('orders', windows);
    await seen(windows);
  });
});

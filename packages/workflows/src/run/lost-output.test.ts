import { defineWorkflow, readRunLogs, startRun, waitForRun, type RunRef, type RunState } from '..';
import { compose, say } from '../__testUtils__/greetings/src';
import { createOpsDatabase, type OpsDatabase } from '../__testUtils__/ops-database';
import {
  eventually,
  RUN_LIMIT_MS,
  startTestServer,
  type TestServer,
} from '../__testUtils__/server';

jest.setTimeout(180_000);

const chain = ({ project }: TestServer) =>
  defineWorkflow({ id: 'chain', project, owner: 'people' }, ({ task }) => {
    const first = task(
      'compose-it',
      compose({ name: 'world', day: '2026-11-23', times: 3, loud: false }),
    );
    const said = task(
      'say-it',
      say({ lines: [{ text: first.out.greeting.text }], times: first.out.greeting.times }),
    );
    task('count', compose({ name: 'end', day: '2026-11-23', times: said.out.said, loud: true }));
  });

const ended = ({ client }: TestServer, run: RunRef): Promise<RunState> =>
  waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });

async function linesOf({ client }: TestServer, run: RunRef, task: string): Promise<string> {
  const lines: string[] = [];
  await readRunLogs(client, run, (_task, line) => lines.push(line), { task, follow: true });
  return lines.join('\n');
}

describe('with ops', () => {
  let ops: OpsDatabase;
  let server: TestServer;
  let run: RunRef;

  beforeAll(async () => {
    ops = await createOpsDatabase();
    server = await startTestServer({ connections: { ops: ops.settings }, loseOutputs: true });
    await server.apply([chain(server)]);
    run = await startRun(server.client, { workflow: `${server.project}/chain` });
  });
  afterAll(async () => {
    await server?.stop();
    await ops?.drop();
  });

  const kept = () =>
    ops.query<{ run: string; output: unknown }>(
      `select run_id as run, output from ops.task_output
       where run_id like '%/${run.instanceId}' order by written_at`,
    );
  const outputs = () => [
    {
      run: `${server.project}/chain/compose-it/${run.instanceId}`,
      output: { greeting: { text: 'hello world on 2026-11-23', times: 3 } },
    },
    { run: `${server.project}/chain/say-it/${run.instanceId}`, output: { said: 3 } },
    {
      run: `${server.project}/chain/count/${run.instanceId}`,
      output: { greeting: { text: 'HELLO END ON 2026-11-23', times: 3 } },
    },
  ];

  it('every task of a chain gets the output whose line the worker has lost', async () => {
    const { instance } = await ended(server, run);
    const said = await linesOf(server, run, 'say-it');
    expect(said.match(/output taken from ops task=compose-it/g)).toHaveLength(1);
    expect(said).toContain('says: hello world on 2026-11-23 times=3');
    expect(await linesOf(server, run, 'count')).toContain('output taken from ops task=say-it');
    expect(instance.state).toBe('SUCCESS');
    expect(await kept()).toEqual(outputs());
  });

  it('a repeat of the instance replaces what it has kept', async () => {
    const { client } = server;
    await client.runs.control(run.projectCode, run.instanceId, 'REPEAT');
    await eventually(async () => {
      const instance = await client.runs.get(run.projectCode, run.instanceId);
      return instance && instance.runTimes > 1 ? instance : undefined;
    });
    expect((await ended(server, run)).instance.state).toBe('SUCCESS');
    expect(await kept()).toEqual(outputs());
    const records = await ops.query<{ attempt: number }>(
      'select attempt from ops.run_record where outcome = $$success$$ order by 1',
    );
    expect(records.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2]);
  });
});

it('without ops it is one clear error', async () => {
  const server = await startTestServer({ loseOutputs: true });
  try {
    await server.apply([chain(server)]);
    const run = await startRun(server.client, { workflow: `${server.project}/chain` });
    const { instance } = await ended(server, run);
    const log = await linesOf(server, run, 'say-it');
    expect(log.match(/OUTPUT_UNKNOWN: the output of compose-it did not arrive/g)).toHaveLength(1);
    expect(instance.state).toBe('FAILURE');
  } finally {
    await server.stop();
  }
});

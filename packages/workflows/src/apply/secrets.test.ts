import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatError, isDolphinstageError } from '@dolphinstage/common';
import type { Connections } from '@dolphinstage/task-kit';
import {
  apply,
  connection,
  defineWorkflow,
  planJson,
  planMarkdown,
  planText,
  readRunLogs,
  savePlan,
  startRun,
  synth,
  waitForRun,
} from '..';
import { blab } from '../__testUtils__/greetings/src';
import { RUN_LIMIT_MS, startTestServer, type TestServer } from '../__testUtils__/server';

jest.setTimeout(180_000);

const SECRET = 'planted-4f1c0d';
const account = { host: '127.0.0.1', database: 'd', user: 'u', port: 1, tls: 'off' } as const;
const connections: Connections = {
  pg: { kind: 'postgres', ...account, password: `${SECRET}-postgres` },
  my: { kind: 'mysql', ...account, password: `${SECRET}-mysql` },
  ora: { kind: 'oracle', connectString: 'localhost:1/x', user: 'u', password: `${SECRET}-oracle` },
  bus: {
    kind: 'kafka',
    brokers: ['127.0.0.1:1'],
    tls: false,
    sasl: { mechanism: 'plain', username: 'u', password: `${SECRET}-kafka` },
  },
  api: { kind: 'http', baseUrl: 'http://127.0.0.1:1/', token: `${SECRET}-http` },
};
const WEBHOOK = `http://127.0.0.1:1/hooks/${SECRET}-webhook`;

describe('secrets in connections', () => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    server = await startTestServer({ connections });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server?.stop();
  });

  it('are in no definition, plan, log, error or run', async () => {
    const { client, project } = server;
    const workflow = defineWorkflow(
      {
        id: 'blabs',
        project,
        owner: 'people',
        alert: { group: project, on: ['failure'], webhook: connection(project) },
      },
      ({ task }) => {
        task(
          'blab',
          blab({
            postgres: connection('pg'),
            mysql: connection('my'),
            oracle: connection('ora'),
            kafka: connection('bus'),
            http: connection('api'),
          }),
        );
      },
    );
    const model = synth([workflow]);
    const planned = await server.plan([workflow], { webhookUrl: () => WEBHOOK });
    const file = join(folder, 'plan.json');
    savePlan(planned, model, file);
    const applied = await apply(client, planned);
    expect(applied.workflows.map(({ error }) => error)).toEqual([undefined]);
    const code = await server.projectCode();
    const definition = await client.workflows.findByName(code, 'blabs');
    const run = await startRun(client, { workflow: `${project}/blabs` });
    const state = await waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });
    expect(state.instance.state).toBe('FAILURE');
    const lines: string[] = [];
    await readRunLogs(client, run, (_task, line) => lines.push(line), {
      worker: true,
      follow: true,
    });
    // The log is that of the task that has told and failed.
    expect(lines.join('\n')).toContain('could not keep');
    const error = await server
      .plan([workflow], { bundles: new Map() })
      .catch((thrown: unknown) => (isDolphinstageError(thrown) ? formatError(thrown) : ''));
    expect(error).toContain('bundle');
    const places = {
      model: JSON.stringify(model),
      text: planText(planned, { verbose: true }),
      markdown: planMarkdown(planned),
      json: JSON.stringify(planJson(planned)),
      file: readFileSync(file, 'utf8'),
      result: JSON.stringify(applied),
      definition: JSON.stringify(definition),
      environments: JSON.stringify(await client.environments.list()),
      log: lines.join('\n'),
      run: JSON.stringify(state),
      error,
    };
    for (const [place, text] of Object.entries(places)) {
      expect([place, String(text).includes(SECRET)]).toEqual([place, false]);
    }
  });
});

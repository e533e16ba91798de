import { defineWorkflow, param, shell, subWorkflow, switchOn, cron } from '..';
import { importFolder, type ImportFolder } from '../__testUtils__/imported';
import { startTestServer, type TestServer } from '../__testUtils__/server';

let server: TestServer;
let folder: ImportFolder;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  folder = importFolder(server);
});
afterEach(() => folder?.remove());

describe('importing workflows of our own', () => {
  it('scratch', async () => {
    const owner = 'group:default/people';
    const { project } = server;
    const sub = defineWorkflow({ id: 'sub', project, owner, environment: null }, ({ task }) => {
      task('one', shell({ script: 'echo one' }));
    });
    const main = defineWorkflow(
      {
        id: 'main',
        name: 'Main — 主流程 🐬',
        project,
        owner,
        description: "It's\nmain",
        params: {
          name: param.string('a "b" \'c\' ${x} $[yyyy] 🐬'),
          day: param.date('$[yyyy-MM-dd-1]'),
          n: param.integer(3),
        },
        schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo', overlap: 'wait' }),
        timeout: '90m',
      },
      ({ task, params }) => {
        const first = task(
          'first',
          shell({
            script: 'echo "`$X` \\ ${n}"\necho \'${setValue(rows=1)}\'\n',
            env: { X: params.name, DAY: params.day, T: "it's" },
          }),
          { outputs: { rows: 'integer' } },
        );
        const big = task('big', subWorkflow(sub), { name: 'Big one', after: [first] });
        const small = task('small', shell({ script: 'x'.repeat(200) }), {
          inputs: { rows: first.out.rows, n: params.n },
          environment: null,
          priority: 'high',
          timeout: '5m',
          onTimeout: 'warn',
        });
        task(
          'choose',
          switchOn({
            cases: [
              { when: '${rows} > 1', then: big },
              { when: '${rows} > 2', then: small },
            ],
            otherwise: small,
          }),
          { after: [first] },
        );
      },
    );
    await server.apply([sub, main]);
    const { files, plan } = await folder.importAndPlan();
    for (const { content, notes } of files) console.log(content, notes);
    expect(plan.workflows.map(({ id, action, changes }) => [id, action, changes])).toEqual([
      ['sub', 'unchanged', []],
      ['main', 'unchanged', []],
    ]);
  });
});

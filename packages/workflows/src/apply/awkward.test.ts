import { createHash } from 'node:crypto';
import { defineWorkflow, param, readRunLogs, shell, startRun, synth, waitForRun } from '..';
import { compose } from '../__testUtils__/greetings/src';
import { RUN_LIMIT_MS } from '../__testUtils__/server';
import { LONGEST_RUNNABLE_NAME } from '../synth/names';
import { startShellWorkflows, type ShellWorkflows } from '../__testUtils__/shell-workflows';

jest.setTimeout(300_000);

const TEXTS = [
  `it's "quoted" \\ and \`ticked\`, 100 % $HOME \${day} $[yyyy] !{x}`,
  '🐬 海豚调度 Ünïcödé ﷽',
  '<script>alert(1)</script> & &amp; a+b=c?d#e',
];
/** Characters that a name can have, 255 of them: neither code points nor bytes count. */
const LONGEST = `${'名'.repeat(100)} ${'x'.repeat(154)}`;

describe('definitions that are hard to hold', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells?.server.stop());

  const unchanged = async (...workflows: Parameters<ShellWorkflows['actions']>) =>
    (await shells.actions(...workflows)).every(([, action]) => action === 'unchanged');

  it.each(TEXTS.map((text, index) => [text.slice(0, 30), text, index] as const))(
    'keep %j as name, description, parameter and script, and change it again',
    async (_shown, text, index) => {
      const workflow = (script: string) =>
        defineWorkflow(
          {
            id: `awkward-${index}`,
            name: text,
            project: shells.server.project,
            owner: 'group:default/people',
            description: text.slice(0, 120),
            params: { text: param.string(text) },
          },
          ({ params, task }) => {
            const first = task(
              'first',
              compose({ name: params.text, day: '2026-01-01', times: 1, loud: false }),
              { name: `${text.slice(0, 250)} (1)`.slice(0, 255), description: text },
            );
            task('second', shell({ script, env: { TEXT: params.text } }), {
              name: text,
              after: [first],
            });
          },
        );
      const before = workflow(`: ${index}\ncat <<'END'\n${text}\nEND`);
      await shells.server.apply([before]);
      const { definition } = await shells.live(text);
      expect(definition.name).toBe(text);
      expect(definition.tasks.map(({ name }) => name)).toContain(text);
      expect(await unchanged(before)).toBe(true);
      const after = workflow(`: ${index}\necho "$TEXT"`);
      await shells.server.apply([after]);
      expect(await unchanged(after)).toBe(true);
      const run = await startRun(shells.server.client, {
        workflow: `${shells.server.project}/awkward-${index}`,
      });
      const state = await waitForRun(shells.server.client, run, { timeoutMs: RUN_LIMIT_MS });
      expect(state.instance.state).toBe('SUCCESS');
      const lines: string[] = [];
      const collect = (_task: string, line: string) => lines.push(line);
      await readRunLogs(shells.server.client, run, collect, { task: text, follow: true });
      expect(lines).toContain(text);
    },
  );

  it('have names of 255 characters, which no run of a workflow can have', async () => {
    const named = (name: string, script: string) =>
      defineWorkflow(
        { id: 'longest', name, project: shells.server.project, owner: 'people' },
        ({ task }) => {
          task('t', shell({ script }), { name: LONGEST });
        },
      );
    await shells.server.apply([named(LONGEST, 'true')]);
    expect((await shells.live(LONGEST)).definition.tasks[0]?.name).toBe(LONGEST);
    expect(await unchanged(named(LONGEST, 'true'))).toBe(true);
    const [planned] = (await shells.server.plan([named(LONGEST, 'echo')])).workflows;
    expect(planned?.notes).toEqual([expect.stringContaining("can't run it")]);
    const { client, project } = shells.server;
    // The server would accept the start, and nothing would ever run.
    await expect(startRun(client, { workflow: `${project}/longest` })).rejects.toMatchObject({
      code: 'RUN_INVALID',
    });
    const shorter = named(LONGEST.slice(0, LONGEST_RUNNABLE_NAME), 'true');
    await shells.server.apply([shorter]);
    const run = await startRun(client, { workflow: `${project}/longest` });
    const state = await waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });
    expect(state.instance.state).toBe('SUCCESS');
  });

  it('have names of 256 characters refused, before any server is asked', () => {
    const workflow = defineWorkflow(
      { id: 'long', name: 'x'.repeat(256), project: 'p', owner: 'people' },
      ({ task }) => {
        task('t', shell({ script: 'true' }), { name: 'y'.repeat(256) });
      },
    );
    expect(() => synth([workflow])).toThrow(/2 problems[^]*workflow's name[^]*task's name/);
  });

  it('have 500 tasks, in order', async () => {
    const wide = (text: string) =>
      defineWorkflow(
        { id: 'wide', project: shells.server.project, owner: 'people' },
        ({ task }) => {
          const rows = Array.from({ length: 20 }, (_row, row) => row);
          let last = task('begin', shell({ script: 'true' }));
          for (let column = 0; column < 25; column += 1) {
            const here = last;
            const made = rows.map(row =>
              task(`t-${column}-${row}`, shell({ script: `echo ${text} ${column} ${row}` }), {
                after: [here],
              }),
            );
            if (column === 24) break;
            last = made[0]!;
          }
        },
      );
    await shells.server.apply([wide('a')]);
    const { definition } = await shells.live('wide');
    expect(definition.tasks).toHaveLength(501);
    expect(await unchanged(wide('a'))).toBe(true);
    const changes = await shells.changes(wide('b'));
    expect(changes).toHaveLength(500);
    await shells.server.apply([wide('b')]);
    expect(await unchanged(wide('b'))).toBe(true);
  });

  it('run a script of 100 KB as it is', async () => {
    const data = createHash('sha256').update('seed').digest('hex').repeat(1600);
    expect(data.length).toBeGreaterThan(100_000);
    const workflow = defineWorkflow(
      { id: 'big', project: shells.server.project, owner: 'people' },
      ({ task }) => {
        task('big', shell({ script: `sha256sum <<'END'\n${data}\nEND` }));
      },
    );
    await shells.server.apply([workflow]);
    expect(await unchanged(workflow)).toBe(true);
    const run = await startRun(shells.server.client, { workflow: `${shells.server.project}/big` });
    await waitForRun(shells.server.client, run, { timeoutMs: RUN_LIMIT_MS });
    const lines: string[] = [];
    await readRunLogs(shells.server.client, run, (_task, line) => lines.push(line), {
      follow: true,
    });
    const sum = createHash('sha256').update(`${data}\n`).digest('hex');
    expect(lines.some(line => line.startsWith(sum))).toBe(true);
  });
});

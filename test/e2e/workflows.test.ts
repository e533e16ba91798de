import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import {
  ROOT,
  dolphinstage,
  eventually,
  lastJson,
  makeAuthor,
  start,
  type Author,
  type CommandResult,
} from '../src';

/** An author's path: a new repository, plan, apply, run, logs; with the command, on a real server. */
describe("an author's path", () => {
  const name = `flows-${randomUUID().slice(0, 8)}`;
  let author: Author;
  let repository: string;
  let client: DolphinSchedulerClient;

  const run = (...args: string[]): Promise<CommandResult> =>
    dolphinstage(args, {
      home: join(author.folder, 'home'),
      cwd: repository,
      env: author.env,
    });

  const edit = (from: string, to: string) => {
    const file = join(repository, 'workflow.ts');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };

  beforeAll(async () => {
    author = await makeAuthor(name);
    ({ client } = author);
    repository = join(author.folder, name);
    const made = await dolphinstage(['init', name], {
      home: join(author.folder, 'home'),
      cwd: author.folder,
    });
    if (made.code !== 0) throw new Error(made.stderr);
    writeFileSync(join(repository, 'app-config.yaml'), author.config('path'));
  });

  afterAll(() => author.close());

  it('init makes a repository that compiles, and overwrites nothing the second time', async () => {
    execFileSync(process.execPath, [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      repository,
    ]);
    expect(existsSync(join(repository, '.git'))).toBe(true);
    const before = readFileSync(join(repository, 'workflow.ts'), 'utf8');
    const again = await run('init', '--json');
    expect(lastJson(again)).toMatchObject({ written: [] });
    expect(readFileSync(join(repository, 'workflow.ts'), 'utf8')).toBe(before);
  });

  it('synth needs no server, and gives the same twice', async () => {
    const one = await run('synth');
    expect(JSON.parse(one.stdout)).toMatchObject({
      version: 1,
      workflows: [{ id: name, project: name }],
    });
    expect((await run('synth')).stdout).toBe(one.stdout);
  });

  it('plan says what apply does; afterwards there is nothing to do', async () => {
    const planned = await run('plan');
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain(`+ ${name}/${name}: create`);
    const applied = await run('apply');
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain(`${name}/${name}: created`);
    const again = await run('plan', '--json');
    expect(again.code).toBe(0);
    expect(lastJson(again)).toMatchObject({
      dependencies: [],
      workflows: [{ id: name, action: 'unchanged' }],
    });
  });

  it('run --wait ends as the run does, and logs shows what it said', async () => {
    const ended = await run(
      'run',
      name,
      '--param',
      "name=it's $(id)",
      '--wait',
      '--timeout',
      '2m',
      '--json',
    );
    expect(ended.code).toBe(0);
    const { instanceId } = lastJson<{ instanceId: number }>(ended);
    expect(lastJson(ended)).toMatchObject({
      state: 'SUCCESS',
      tasks: [{ id: 'greet', state: 'SUCCESS' }, { id: 'done' }],
    });
    const log = await run('logs', `${name}/${name}`, '--task', 'greet', '--follow');
    expect(log).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Hello, it's $(id)! It is "),
    });
    const runs = await run('runs', name, '--json');
    expect(lastJson(runs)).toMatchObject({
      runs: [{ workflow: name, instance: { id: instanceId, state: 'SUCCESS' } }],
    });
  });

  it('status of a workflow says whether it fires, when, whose it is and how it went', async () => {
    const status = await run('status', name);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/^ {2}state +online, version 1$/m);
    expect(status.stdout).toMatch(new RegExp(`owner +group:default/${name}$`, 'm'));
    expect(status.stdout).toMatch(new RegExp(`managed +by dolphinstage as ${name}, digest `));
    expect(status.stdout).toMatch(/schedule +0 0 6 \* \* \? \* \(UTC\), firing$/m);
    expect(status.stdout.match(/\d{4}-\d\d-\d\d 06:00:00$/gm)).toHaveLength(5);
    expect(status.stdout).toMatch(/^ *#\d+ +success +\S+ \S+ +\d+ s +start_process$/m);
    expect(lastJson(await run('status', `${name}/${name}`, '--json'))).toMatchObject({
      project: name,
      releaseState: 'ONLINE',
      owner: `group:default/${name}`,
      marker: { id: name, protect: false },
      schedules: [{ timeZone: 'UTC', firing: true }],
      runs: [{ state: 'SUCCESS', seconds: expect.any(Number) }],
    });

    const missing = await run('status', 'nowhere');
    expect(missing).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('WORKFLOW_NOT_FOUND: there is no workflow nowhere'),
    });
    expect(await run('status', '--target', 'test')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('USAGE: --target without a workflow'),
    });
  });

  it('plans a change in words, and applies it', async () => {
    edit("timeout: '5m'", "timeout: '10m'");
    const planned = await run('plan');
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain('task greet, timeout: 6 min FAILED → 11 min FAILED');
    expect((await run('apply')).stdout).toContain(`${name}/${name}: updated`);
    expect((await run('plan')).code).toBe(0);
  });

  it('a saved plan is applied without the code, once, and not to another server state', async () => {
    edit("timeout: '10m'", "timeout: '11m'");
    const planned = await run('plan', '--out', 'plan.json');
    expect(planned.code).toBe(2);
    edit("timeout: '11m'", "timeout: '10m'");
    const applied = await run('apply', 'plan.json');
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${name}/${name}: updated`),
    });
    const again = await run('apply', 'plan.json');
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`PLAN_STALE: the server is not what the plan saw: ${name}/`),
    });
    const wrong = await run('apply', 'package.json');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('PLAN_INVALID') });
    expect((await run('apply')).code).toBe(0);
  });

  it('a run that fails is an exit code of 3, a parameter that does not fit one of 1', async () => {
    const wrong = await run('run', name, '--param', 'day=yesterday');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('RUN_INVALID: parameter day: "yesterday" is not a date');
    edit('echo "greeted $NAME"', 'exit 3');
    expect((await run('apply')).code).toBe(0);
    const failed = await run('run', name, '--wait', '--timeout', '2m');
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain(': failure');
    const retried = await run('runs', 'retry', name, '--wait', '--timeout', '2m', '--json');
    expect(retried.code).toBe(3);
    expect(lastJson(retried)).toMatchObject({
      state: 'FAILURE',
      tasks: [{ state: 'SUCCESS' }, {}],
    });
    edit('exit 3', 'sleep 300');
    expect((await run('apply')).code).toBe(0);
  });

  it('Ctrl-C stops looking, not the run, and says so', async () => {
    const command = start(['run', name, '--wait'], {
      home: join(author.folder, 'home'),
      cwd: repository,
      env: author.env,
    });
    const projectCode = (await client.projects.find(name))?.code ?? 0;
    // Its first task is over: the command has long known which instance is its own.
    const instanceId = await eventually(async () => {
      const going = (await client.runs.list(projectCode)).find(({ final }) => !final);
      const tasks = going ? await client.runs.tasks(projectCode, going.id) : [];
      return tasks.some(({ name: task }) => task === 'done') ? going?.id : undefined;
    });
    process.kill(command.pid, 'SIGINT');
    const result = await command.result;
    expect(result.stderr).toContain(`${name}/${name} #${instanceId} goes on`);
    expect(result.code).toBe(130);
    expect((await client.runs.get(projectCode, instanceId))?.final).toBe(false);

    const waited = await run('runs', 'retry', String(instanceId));
    expect(waited).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("RUN_INVALID: can't retry a run that is running execution"),
    });
    const stopped = await run(
      'runs',
      'stop',
      `#${instanceId}`,
      '--wait',
      '--timeout',
      '1m',
      '--json',
    );
    expect(stopped.code).toBe(0);
    expect(lastJson(stopped)).toMatchObject({ instanceId, state: 'STOP' });
    const log = await run('logs', String(instanceId), '--task', 'greet');
    expect(log.stdout).toContain('Hello, world! It is ');
  });

  it('a wait that is given up is an exit code of 4; the run goes on', async () => {
    const waited = await run('run', name, '--wait', '--timeout', '1s', '--json');
    expect(waited.code).toBe(4);
    const { instanceId } = lastJson<{ instanceId: number }>(waited);
    const projectCode = (await client.projects.find(name))?.code ?? 0;
    expect((await client.runs.get(projectCode, instanceId))?.final).toBe(false);
    expect((await run('runs', 'stop', name, '--wait', '--timeout', '1m')).stdout).toContain(
      ': stop',
    );
  });

  it('workers check tells what the workers have', async () => {
    const checked = await run('workers', 'check', '--json');
    const { workers } = lastJson<{ workers: { group: string; facts: object }[] }>(checked);
    expect(workers[0]).toMatchObject({
      group: 'default',
      facts: { node: process.version, bundles: 'readable' },
    });
  });

  it('drift says what was edited on the server, and apply puts it back', async () => {
    expect(await run('drift')).toMatchObject({
      code: 0,
      stdout: 'Drift: 0 edited, 0 schedules differ.\n',
    });
    const project = (await client.projects.find(name))!;
    const { code, ...definition } = (await client.workflows.findByName(project.code, name))!;
    await client.workflows.release(project.code, code, 'OFFLINE');
    await client.workflows.update(project.code, code, { ...definition, timeout: 45 });
    await client.workflows.release(project.code, code, 'ONLINE');
    const drifted = await run('drift');
    expect(drifted.code).toBe(2);
    expect(drifted.stdout).toContain(`~ ${name}/${name}: edited on the server, last by`);
    expect(drifted.stdout).toContain('    timeout: 45 min\n');
    const schedules = await client.schedules.list(project.code, code);
    expect(schedules).toMatchObject([{ releaseState: 'OFFLINE' }]);
    expect((await run('apply')).stdout).toContain(`${name}/${name}: put back`);
    expect((await run('drift')).code).toBe(0);
  });

  it('destroy shows what would go, and deletes it when told to', async () => {
    const shown = await run('destroy');
    expect(shown).toMatchObject({ code: 2, stdout: `- ${name}/${name}: destroy\n` });
    expect((await run('plan')).code).toBe(0);
    expect(lastJson(await run('destroy', '--yes', '--json'))).toEqual({
      version: 1,
      workflows: [{ project: name, id: name, action: 'destroy', reasons: [] }],
      outcomes: [{ project: name, id: name, error: null }],
    });
    const again = await run('destroy', '--yes');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('not there') });
    expect((await run('plan')).stdout).toContain(`+ ${name}/${name}: create`);
  });

  it('says file and line of what is wrong with a definition', async () => {
    edit("owner: 'group", "owner: 'the group");
    const planned = await run('plan');
    expect(planned.code).toBe(1);
    expect(planned.stderr).toMatch(
      /WORKFLOW_INVALID: "the group:default\/.*" is not an owner\n {2}where: workflow\.ts:4, /,
    );
  });
});

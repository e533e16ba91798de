import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, dolphinstage, lastJson, makeAuthor, type Author, type CommandResult } from '../src';

// Commands and loaders are processes of their own, slow on a machine that is busy.
jest.setTimeout(240_000);

/** Somebody takes into code what is on the server, with the command. */
describe('dolphinstage import', () => {
  const name = `flows-${randomUUID().slice(0, 8)}`;
  let author: Author;
  let repository: string;

  const run = (...args: string[]): Promise<CommandResult> =>
    dolphinstage(args, {
      home: join(author.folder, 'home'),
      cwd: repository,
      env: author.env,
    });

  beforeAll(async () => {
    author = await makeAuthor(name);
    repository = join(author.folder, name);
    const made = await dolphinstage(['init', name], {
      home: join(author.folder, 'home'),
      cwd: author.folder,
    });
    if (made.code !== 0) throw new Error(made.stderr);
    writeFileSync(join(repository, 'app-config.yaml'), author.config('path'));
    const applied = await run('apply');
    if (applied.code !== 0) throw new Error(applied.stderr);
  });

  afterAll(() => author?.close());

  it("writes a workflow with its pack's tasks, which plans to nothing and compiles", async () => {
    const out = join(repository, 'imported');
    const imported = await run('import', `${name}/${name}`, '--out', 'imported', '--json');
    expect(imported.stderr).toBe('');
    const file = join(out, `${name}.workflow.ts`);
    expect(lastJson(imported)).toEqual({
      version: 1,
      files: [{ path: file, project: name, id: name, notes: [] }],
    });
    expect(readFileSync(file, 'utf8')).toContain("import { greet } from '../src/greet';");

    const planned = await run('plan', 'imported');
    expect(planned.stdout).toBe('Plan: 1 unchanged.\n');
    expect(planned.code).toBe(0);

    // What stands there is checked by the compiler, too.
    const config = join(repository, 'tsconfig.imported.json');
    writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', include: ['imported'] }));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', config]);
  });

  it('overwrites nothing without --force, prints with --stdout, and says what is wrong', async () => {
    const file = join(repository, 'again', `${name}.workflow.ts`);
    expect(await run('import', name, '--out', 'again')).toMatchObject({
      code: 0,
      stdout: `wrote again/${name}.workflow.ts\n`,
    });
    writeFileSync(file, '// mine');
    const refused = await run('import', name, '--out', 'again');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('FILE_EXISTS: the file is there already');
    expect(readFileSync(file, 'utf8')).toBe('// mine');
    expect((await run('import', name, '--out', 'again', '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('defineWorkflow');

    const printed = await run('import', name, '--out', 'nowhere', '--stdout');
    expect(printed.stdout).toContain('export default defineWorkflow(');
    expect(existsSync(join(repository, 'nowhere'))).toBe(false);

    expect((await run('import', 'no-such-project')).stderr).toContain(
      'the server has no project no-such-project',
    );
    expect((await run('import', `${name}/other`)).stderr).toContain(`has no workflow other`);
    expect((await run('import', name, '--owner', 'no owner')).stderr).toContain(
      'USAGE: "no owner" is not an owner',
    );
  });

  it('drift --adopt writes what was edited on the server into the file, whose plan is then but the marker', async () => {
    const file = join(repository, 'workflow.ts');
    const before = readFileSync(file, 'utf8');
    const { client } = author;
    const project = (await client.projects.find(name))?.code ?? 0;
    const live = await client.workflows.findByName(project, name);
    if (!live) throw new Error('it was not applied');
    await client.workflows.release(project, live.code, 'OFFLINE');
    await client.workflows.update(project, live.code, {
      ...live,
      timeout: 30,
      tasks: live.tasks.map(task =>
        task.name === 'done' ? { ...task, taskPriority: 'HIGH' as const } : task,
      ),
    });
    await client.workflows.release(project, live.code, 'ONLINE');

    const adopted = await run('drift', 'workflow.ts', '--adopt');
    expect(adopted.stdout).toContain(`✓ ${name}/${name}: written into workflow.ts\n`);
    expect(adopted.code).toBe(0);
    const after = readFileSync(file, 'utf8');
    expect(after).not.toBe(before);
    expect(after).toContain("timeout: '30m'");
    expect(after).toContain("priority: 'high'");

    const planned = await run('plan', 'workflow.ts', '--json');
    expect(
      lastJson<{ workflows: { changes: { what: string }[] }[] }>(planned).workflows.flatMap(
        ({ changes }) => changes.map(({ what }) => what),
      ),
    ).toEqual(['marker']);
    expect((await run('drift', '--rewrite')).stderr).toContain('--rewrite goes with --adopt');
  });
});

/** On real bare repositories, by the real git. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { parse } from 'yaml';
import { makeRepository, type TestRepository } from '../__testUtils__/repository';
import { runAction, type Checkpoints, type RunActionOptions } from '../__testUtils__/run-action';
import { makeWorkspace, removeWorkspaces, shellWorkflow } from '../__testUtils__/workspace';
import { createPublishGitAction } from './publish-git';

const BRANCH = 'dolphinstage/orders';
const ORDERS = 'workflows/orders/orders.workflow.ts';
const USER = {
  ref: 'user:default/ada',
  entity: {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name: 'ada', namespace: 'default' },
    spec: { profile: { displayName: 'Ada Lovelace', email: 'ada@example.com' } },
  },
} as const;

afterAll(removeWorkspaces);

function actionFor(repository?: string) {
  const data = repository === undefined ? {} : { dolphinscheduler: { scaffolder: { repository } } };
  return createPublishGitAction({ config: new ConfigReader(data) });
}

/** A workspace as a template leaves it. */
const workspaceOf = (id: string, code = shellWorkflow(id), more: Record<string, string> = {}) =>
  makeWorkspace({ [`${id}.workflow.ts`]: code, 'README.md': `# ${id}\n`, ...more });

function run(
  { path }: TestRepository,
  workspace: string,
  { input = {}, ...more }: Partial<RunActionOptions> = {},
) {
  return runAction(actionFor(path), {
    workspace,
    input: { id: 'orders', ...input },
    user: USER,
    ...more,
  });
}

/** How many commits a branch has beside main's. */
const commitsOf = ({ git }: TestRepository, branch: string) =>
  Number(git('rev-list', '--count', '--no-merges', `main..${branch}`));

const refused = (name: string) => ({ name });

describe('code on a branch', () => {
  it('is committed by who started the task; main stays as it is', async () => {
    const repository = makeRepository();
    const main = repository.git('rev-parse', 'main');
    const workspace = workspaceOf('orders', undefined, { 'run.sh': 'true\n', 'ø/Å b.txt': 'å\n' });
    chmodSync(join(workspace, 'run.sh'), 0o755);
    const { output, log } = await run(repository, workspace);
    const { git } = repository;
    expect(git('rev-parse', 'main')).toBe(main);
    expect(output).toMatchObject({
      branch: BRANCH,
      commit: git('rev-parse', BRANCH),
      changed: true,
      text: expect.stringContaining(`git merge --no-ff origin/${BRANCH}`),
    });
    expect(output.text).toContain(repository.path);
    expect(log).toContain(ORDERS);
    expect(git('-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', BRANCH)).toBe(
      [
        'README.md',
        'workflows/orders/README.md',
        ORDERS,
        'workflows/orders/run.sh',
        'workflows/orders/ø/Å b.txt',
      ].join('\n'),
    );
    expect(git('ls-tree', BRANCH, 'workflows/orders/run.sh')).toMatch(/^100755 /);
    expect(git('show', `${BRANCH}:${ORDERS}`)).toBe(shellWorkflow('orders').trim());
    expect(git('log', '-1', '--format=%an <%ae>|%cn|%B', BRANCH)).toBe(
      'Ada Lovelace <ada@example.com>|Dolphinstage|Bring orders\n\nAsked-for-by: user:default/ada',
    );
    expect(git('fsck', '--strict')).toBe('');
  });

  it('is committed once, wherever its task was cut off', async () => {
    const repository = makeRepository();
    const checkpoints: Checkpoints = new Map();
    const first = await run(repository, workspaceOf('orders'), { checkpoints });
    const resumed = await run(repository, makeWorkspace(), { checkpoints });
    expect(resumed.output).toEqual(first.output);
    // Between the commit and its checkpoint.
    const cutOff = await run(repository, workspaceOf('orders'));
    expect(cutOff.output).toMatchObject({ commit: first.output.commit, changed: false });
    expect(commitsOf(repository, BRANCH)).toBe(1);
  });

  it('goes on top of what is under review, and from main after that', async () => {
    const repository = makeRepository();
    const { git } = repository;
    await run(repository, workspaceOf('orders'));
    const changed = shellWorkflow('orders', { script: 'false' });
    await run(repository, workspaceOf('orders', changed));
    expect(commitsOf(repository, BRANCH)).toBe(2);
    repository.merge(BRANCH);
    const again = await run(repository, workspaceOf('orders', changed));
    expect(again.output).toMatchObject({ changed: false, commit: git('rev-parse', 'main') });
    await run(repository, workspaceOf('orders'));
    expect(git('rev-parse', `${BRANCH}^`)).toBe(git('rev-parse', 'main'));
    repository.merge(BRANCH);
    expect(git('show', `main:${ORDERS}`)).toContain('"true"');
  });

  it('loses nothing where many publish at once, on one branch and on several', async () => {
    const repository = makeRepository();
    const at = [1, 2, 3, 4, 5];
    await Promise.all([
      ...at.map(n => run(repository, makeWorkspace({ [`${n}.txt`]: `${n}` }))),
      ...at.map(n => run(repository, workspaceOf(`other-${n}`), { input: { id: `other-${n}` } })),
    ]);
    expect(commitsOf(repository, BRANCH)).toBe(5);
    expect(repository.git('ls-tree', '-r', '--name-only', BRANCH, 'workflows/')).toBe(
      at.map(n => `workflows/orders/${n}.txt`).join('\n'),
    );
    expect(at.map(n => commitsOf(repository, `dolphinstage/other-${n}`))).toEqual([1, 1, 1, 1, 1]);
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  it('leaves the repository as it is in a dry run', async () => {
    const repository = makeRepository();
    const objects = repository.git('count-objects', '-v');
    const { output, log } = await run(repository, workspaceOf('orders'), { isDryRun: true });
    expect(output).toEqual({ branch: BRANCH, changed: true, text: expect.any(String) });
    expect(log).toContain(ORDERS);
    expect(repository.git('branch', '--list')).toBe('* main');
    expect(repository.git('count-objects', '-v')).toBe(objects);
  });

  it('runs no hook, and shows git nothing of the environment of the backend', async () => {
    const repository = makeRepository();
    const hook = join(repository.path, 'hooks/reference-transaction');
    const mark = join(repository.clone, 'hook-was-here');
    writeFileSync(hook, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    process.env.GIT_DIR = '/nonexistent';
    process.env.GIT_AUTHOR_DATE = '@0 +0000';
    try {
      await run(repository, workspaceOf('orders'));
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_AUTHOR_DATE;
    }
    expect(existsSync(mark)).toBe(false);
    expect(repository.git('log', '-1', '--format=%at', BRANCH)).not.toBe('0');
  });

  it('stops where its task is cancelled', async () => {
    const repository = makeRepository();
    const cancelled = run(repository, workspaceOf('orders'), { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toThrow(/aborted/);
    expect(repository.git('branch', '--list')).toBe('* main');
  });

  it.each([
    [undefined, 'Dolphinstage <portal@dolphinstage.invalid>'],
    [{ ref: 'user:default/bob' }, 'user:default/bob <bob@default.dolphinstage.invalid>'],
    [
      {
        ref: 'user:default/eve',
        entity: {
          ...USER.entity,
          spec: { profile: { displayName: 'Eve\n<root@example.com>', email: 'a\nb>' } },
        },
      },
      'Eve root@example.com <a b>',
    ],
  ])('has an author, whoever started the task: %j', async (user, author) => {
    const repository = makeRepository();
    await run(repository, workspaceOf('orders'), { user });
    expect(repository.git('log', '-1', '--format=%an <%ae>', BRANCH)).toBe(author);
  });

  it('says in one line what it is told to', async () => {
    const repository = makeRepository();
    const title = '--amend `id` $(id)\nSigned-off-by: somebody else';
    await run(repository, workspaceOf('orders'), { input: { title } });
    expect(repository.git('log', '-1', '--format=%B', BRANCH)).toBe(
      '--amend `id` $(id)\n\nAsked-for-by: user:default/ada',
    );
  });
});

describe('what is refused', () => {
  it.each([
    [{ targetPath: '../outside' }, 'NotAllowedError'],
    [{ targetPath: '/etc' }, 'NotAllowedError'],
    [{ targetPath: 'a/../../b' }, 'NotAllowedError'],
    [{ targetPath: '.git/hooks' }, 'NotAllowedError'],
    [{ targetPath: 'a/.GIT' }, 'NotAllowedError'],
    [{ targetPath: 'a\nb' }, 'NotAllowedError'],
    [{ sourcePath: '../..' }, 'NotAllowedError'],
    [{ sourcePath: '/etc' }, 'NotAllowedError'],
    [{ sourcePath: 'README.md' }, 'InputError'],
    [{ sourcePath: 'nowhere' }, 'InputError'],
    [{ targetPath: 'README.md' }, 'InputError'],
    [{ title: ' ' }, 'InputError'],
  ] as const)('%j', async (input: JsonObject, name) => {
    const repository = makeRepository();
    await expect(run(repository, workspaceOf('orders'), { input })).rejects.toMatchObject(
      refused(name),
    );
    expect(repository.git('branch', '--list')).toBe('* main');
  });

  it.each([
    ['a link to a file', (folder: string) => symlinkSync('/etc/passwd', join(folder, 'link'))],
    ['a link to a folder', (folder: string) => symlinkSync('/etc', join(folder, 'sub'))],
    [
      'a folder that is a link',
      (folder: string) => symlinkSync('.', join(folder, 'linked')),
      { sourcePath: 'linked' },
    ],
    ['a pipe', (folder: string) => execFileSync('mkfifo', [join(folder, 'pipe')])],
  ])('%s in the workspace', async (_what, put, input: JsonObject = {}) => {
    const repository = makeRepository();
    const workspace = workspaceOf('orders');
    put(workspace);
    await expect(run(repository, workspace, { input })).rejects.toMatchObject(
      refused('NotAllowedError'),
    );
    expect(repository.git('branch', '--list')).toBe('* main');
  });

  it.each(['.git', '.Git', 'a\nb'])('a file of the name %j', async name => {
    const repository = makeRepository();
    const workspace = workspaceOf('orders');
    mkdirSync(join(workspace, name));
    writeFileSync(join(workspace, name, 'config'), '');
    await expect(run(repository, workspace)).rejects.toMatchObject(refused('InputError'));
  });

  it.each(['../main', 'main/x', 'HEAD..', '-d', 'Orders', ''])(
    'the id %j: no branch but its own is ever written',
    async id => {
      const repository = makeRepository();
      const action = actionFor(repository.path);
      const context = { input: { id }, workspacePath: workspaceOf('orders') };
      await expect(action.handler(context as never)).rejects.toMatchObject(refused('InputError'));
    },
  );

  it.each([
    [undefined, /app-config\.yaml/],
    ['relative/path', /absolute/],
  ])('a portal with %j as its repository', async (path, message) => {
    const action = actionFor(path);
    const failing = runAction(action, {
      workspace: workspaceOf('orders'),
      input: { id: 'orders' },
    });
    await expect(failing).rejects.toThrow(message);
  });

  it('a repository without a main branch', async () => {
    const path = join(makeWorkspace(), 'empty.git');
    execFileSync('git', ['init', '--quiet', '--bare', path]);
    const failing = runAction(actionFor(path), {
      workspace: workspaceOf('orders'),
      input: { id: 'orders' },
    });
    await expect(failing).rejects.toThrow(/no branch main/);
  });
});

describe('what is on main', () => {
  const OTHERS = 'group:default/sales';

  it('stays its owner’s', async () => {
    const theirs = shellWorkflow('orders').replace(OTHERS, 'group:default/logistics');
    const repository = makeRepository({ [ORDERS]: theirs });
    await expect(run(repository, workspaceOf('orders'))).rejects.toThrow(
      "workflow sales/orders is group:default/logistics's on the main branch",
    );
    expect(repository.git('branch', '--list')).toBe('* main');
  });

  it('is not taken away by another workflow', async () => {
    const repository = makeRepository({ [ORDERS]: shellWorkflow('orders', { project: 'shop' }) });
    await expect(run(repository, workspaceOf('orders'))).rejects.toThrow(
      /workflow shop\/orders of group:default\/sales stands in workflows\/orders\/orders\.workflow\.ts/,
    );
  });

  it('is not there twice', async () => {
    const repository = makeRepository({ 'elsewhere/workflow.ts': shellWorkflow('orders') });
    await expect(run(repository, workspaceOf('orders'))).rejects.toThrow(
      /together with what is on the main branch it can't be loaded: choose another id/,
    );
  });

  it('can be changed by its owner, and others stand beside it', async () => {
    const repository = makeRepository({
      [ORDERS]: shellWorkflow('orders', { script: 'false' }),
      'workflows/refunds/workflow.ts': shellWorkflow('refunds'),
    });
    const { output } = await run(repository, workspaceOf('orders'));
    expect(output.changed).toBe(true);
  });

  it('is not overwritten where it cannot be loaded; what is new is committed all the same', async () => {
    const repository = makeRepository({ [ORDERS]: 'export default (;' });
    await expect(run(repository, workspaceOf('orders'))).rejects.toThrow(
      `${ORDERS} is on the main branch already, and whose it is can't be told`,
    );
    const { output } = await run(repository, workspaceOf('fresh'), { input: { id: 'fresh' } });
    expect(output.changed).toBe(true);
  });
});

it('does what its examples say', async () => {
  const action = actionFor(makeRepository().path);
  expect(action.examples?.length).toBeGreaterThan(0);
  for (const { example } of action.examples ?? []) {
    const { steps } = parse(example) as { steps: { action: string; input: JsonObject }[] };
    expect(steps.map(step => step.action)).toEqual([action.id]);
    const workspace = makeWorkspace({
      'workflows/orders.workflow.ts': shellWorkflow('orders-daily'),
    });
    const { output } = await runAction(action, { workspace, input: steps[0]!.input, user: USER });
    expect(output).toMatchObject({ branch: 'dolphinstage/orders-daily', changed: true });
  }
});

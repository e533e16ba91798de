import { execFileSync } from 'node:child_process';
import { type Command, formatCommand, parseCommand } from './command';

const base: Command = {
  bundle: '"$DOLPHINSTAGE_BUNDLES/warehouse-0123456789ab.cjs"',
  task: 'warehouse/extract',
  input: {},
  binds: [],
  timeoutSeconds: 0,
  identity: { project: 'sales', workflow: 'orders', task: 'extract', tenant: 'etl' },
};

const HOSTILE = [
  "it's",
  '"double"',
  '$HOME $(id) `id` ${day} $[yyyy-MM-dd] !{x}',
  'back\\slash \\n',
  'line\nbreak\ttab\r',
  "'; touch /tmp/x; '",
  '🐬 日本 é',
  '\u0000\u0001',
];

/** The arguments that a shell gives a program that the command line starts. */
function shellArguments(script: string): string[] {
  const output = execFileSync('bash', ['-c', script], {
    env: {
      ...process.env,
      DOLPHINSTAGE_NODE: process.execPath,
      DOLPHINSTAGE_BUNDLES: __dirname,
    },
    cwd: __dirname,
  });
  return JSON.parse(output.toString('utf8')) as string[];
}

/** Prints its arguments instead of running a task. */
const ECHO = `--eval 'console.log(JSON.stringify(process.argv.slice(1)))' --`;

function inputOf(argument: string): unknown {
  const json = argument.startsWith('{')
    ? argument
    : Buffer.from(argument, 'base64url').toString('utf8');
  return JSON.parse(json);
}

describe('formatCommand', () => {
  it('writes the command line that the architecture says', () => {
    const script = formatCommand({
      ...base,
      input: { table: 'orders' },
      binds: [
        { path: 'since', param: 'day', type: 'date' },
        { path: 'from.0', task: 'get-it', output: 'dataset.name' },
        { path: '', task: 'get-it', output: '' },
      ],
      retry: { attempts: 3, everySeconds: 60 },
      timeoutSeconds: 1800,
    });
    expect(script).toBe(
      `exec "$DOLPHINSTAGE_NODE" "$DOLPHINSTAGE_BUNDLES/warehouse-0123456789ab.cjs" warehouse/extract ` +
        `--input '{"table":"orders"}' --bind 'since=date:\${day}' --bind 'from.0=output(get-it).dataset.name:\${out_get_it}' ` +
        `--bind '=output(get-it):\${out_get_it}' --retry 3:60 --timeout 1800 --identity ` +
        `${Buffer.from(JSON.stringify(base.identity)).toString('base64url')} ` +
        `--instance "$(basename "$(dirname "$PWD")")" --task-instance "$(basename "$PWD")"`,
    );
  });

  it.each(HOSTILE)('carries %j through a shell unchanged', text => {
    const input = { text, [`key ${text}`]: [text] };
    const script = formatCommand({ ...base, bundle: ECHO, input });
    const args = shellArguments(script);
    expect(inputOf(args[args.indexOf('--input') + 1] ?? '')).toEqual(input);
  });

  it.each(HOSTILE)('shows DolphinScheduler nothing to replace in %j', text => {
    const script = formatCommand({ ...base, input: { text } });
    expect(script).not.toMatch(/\$\{|\$\[|!\{/);
  });

  it('takes the ids of instance and task instance from the folder that the worker made', () => {
    const script = formatCommand({ ...base, bundle: ECHO });
    const folder = execFileSync('mktemp', ['-d']).toString().trim();
    const output = execFileSync(
      'bash',
      ['-c', `mkdir -p ${folder}/12/345 && cd ${folder}/12/345 && ${script}`],
      {
        env: { ...process.env, DOLPHINSTAGE_NODE: process.execPath },
      },
    );
    execFileSync('rm', ['-r', folder]);
    const args = JSON.parse(output.toString()) as string[];
    expect(args.slice(-4)).toEqual(['--instance', '12', '--task-instance', '345']);
  });
});

describe('parseCommand', () => {
  it.each([{}, { a: { b: [1, null] } }, ...HOSTILE.map(text => ({ text }))])(
    'reads %j back',
    input => {
      const command: Command = {
        ...base,
        input,
        binds: [
          { path: 'since', param: 'day', type: 'date' },
          { path: 'from', task: 'get-it', output: 'dataset' },
        ],
        retry: { attempts: 2, everySeconds: 5 },
        timeoutSeconds: 60,
      };
      expect(parseCommand(formatCommand(command))).toEqual({
        bundle: '$DOLPHINSTAGE_BUNDLES/warehouse-0123456789ab.cjs',
        task: base.task,
        input,
        binds: ['since=date:${day}', 'from=output(get-it).dataset:${out_get_it}'],
        retry: '2:5',
        timeout: '60',
        identity: Buffer.from(JSON.stringify(base.identity)).toString('base64url'),
      });
    },
  );

  it.each([
    '',
    'echo hello',
    'exec "$DOLPHINSTAGE_NODE"',
    'exec "$DOLPHINSTAGE_NODE" x y\necho more',
  ])('leaves another script alone: %j', script => {
    expect(parseCommand(script)).toBeUndefined();
  });
});

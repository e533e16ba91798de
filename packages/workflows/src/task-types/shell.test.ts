import { execFileSync } from 'node:child_process';
import { encodeText } from '@dolphinstage/task-kit';
import { defineWorkflow, param, shell, synth } from '..';
import { renderBody } from '.';
import type { RawTaskBody } from '../model';
import type { RenderContext } from './task-type';

const TEXTS = [
  '',
  'a',
  'ab',
  'abc',
  'it\'s "$HOME" `id` $(id) ${day} $[yyyy]',
  '🐬\tdé',
  '-n',
  '???>>>~~~',
];

const CONTEXT = { line: '3.1', task: { localParams: [] } } as unknown as RenderContext;

function bodyOf(settings: Parameters<typeof shell>[0]): RawTaskBody {
  const workflow = defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
    task('t', shell(settings));
  });
  return synth([workflow]).workflows[0]?.tasks[0]?.body as RawTaskBody;
}

/** The script as the server would hand it to a worker, after replacing parameters. */
function scriptOf(body: RawTaskBody, params: Record<string, string> = {}): string {
  const { rawScript } = renderBody(body, CONTEXT).params;
  return String(rawScript).replaceAll(
    /\$\{(\w+)\}/g,
    (_match, name: string) => params[name] ?? 'UNKNOWN',
  );
}

const run = (script: string) => execFileSync('bash', ['-c', script]).toString('utf8');

describe('shell', () => {
  it.each(TEXTS)(
    'hands text %j to the script as it is, whatever the server would replace',
    text => {
      const body = bodyOf({ script: 'printf %s "$TEXT"', env: { TEXT: text } });
      expect(run(scriptOf(body))).toBe(text);
    },
  );

  it.each(TEXTS)('hands parameter %j to the script, decoded', text => {
    const workflow = defineWorkflow(
      {
        id: 'x',
        project: 'p',
        owner: 'o',
        params: { name: param.string(text), day: param.date('2026-01-02') },
      },
      ({ params, task }) => {
        task(
          't',
          shell({
            script: 'printf "%s %s" "$NAME" "$DAY"',
            env: { NAME: params.name, DAY: params.day },
          }),
        );
      },
    );
    const body = synth([workflow]).workflows[0]?.tasks[0]?.body as RawTaskBody;
    expect(run(scriptOf(body, { name: encodeText(text), day: '2026-01-02' }))).toBe(
      `${text} 2026-01-02`,
    );
  });

  it('is the script alone without env', () => {
    expect(scriptOf(bodyOf({ script: 'echo 1\necho 2' }))).toBe('echo 1\necho 2');
  });
});

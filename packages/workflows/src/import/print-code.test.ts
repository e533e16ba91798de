import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { join } from 'node:path';
import { array, call, type Code, evaluate, jsonCode, literal, name, object } from './code';
import { printCode } from './print-code';

const PRETTIER = join(__dirname, '../../../../node_modules/prettier/bin/prettier.cjs');
const FORMAT = ['--parser', 'typescript', '--print-width', '100', '--single-quote'];

/** What prettier makes of it, in a process of its own: jest can't load it. */
function prettier(text: string): string {
  const options = [
    PRETTIER,
    '--no-config',
    ...FORMAT,
    '--trailing-comma',
    'all',
    '--arrow-parens',
    'avoid',
  ];
  return execFileSync(process.execPath, options, {
    input: text,
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 16 * 1024 * 1024,
  }).toString('utf8');
}

const long = 'word '.repeat(25).trim();
const lines = 'select 1\n  from `t`\n where x = \'${day}\' \\ "y"\n';
const handle = (...path: string[]) => name('raw', ...path);

const samples: Record<string, Code> = {
  'what fits': call('task', literal('a'), call('shell', object({ script: literal('true') }))),
  'a call that ends with an object': call(
    'task',
    literal('small'),
    call('shell', object({ script: literal('echo hello') })),
    object({
      after: array([handle(), handle()]),
      description: literal('It says hello to everybody'),
    }),
  ),
  'a long call before an object': call(
    'task',
    literal('small'),
    call('shell', object({ script: literal(long) })),
    object({ after: array([handle()]) }),
  ),
  'a text of several lines': call('sql', object({ type: literal('MYSQL'), sql: literal(lines) })),
  'a text of several lines alone': call('param.string', literal(lines)),
  'a text of several lines after another': call(
    'param.verbatim',
    literal('VARCHAR'),
    literal(lines),
  ),
  'long texts': object({
    description: literal(long),
    id: literal(long),
    name: literal(long),
    a: literal(long),
  }),
  'a long text alone': call('param.string', literal(long)),
  'lists of objects': jsonCode({
    cases: [
      { when: 'a', then: 'b' },
      { when: 'c', then: 'd' },
    ],
  }),
  'lists of lists': jsonCode([
    [1, 2],
    [3, 4],
  ]),
  'one object in a list': jsonCode({ cases: [{ when: 'a', then: 'b' }] }),
  'many numbers': jsonCode({ numbers: Array.from({ length: 80 }, (_, at) => at * 7) }),
  'many texts': jsonCode({ texts: Array.from({ length: 20 }, (_, at) => `text ${at}`) }),
  'deep JSON': jsonCode({ one: { two: { three: { four: [long, { five: null, six: [] }, {}] } } } }),
  'keys that are none': jsonCode({ 'a-b': 1, '1st': 2, ok: 3, "it's": 4 }),
  'outputs at the edge of the line': call(
    'load',
    object({
      input: handle('out', 'datasets', 'by-day', '0', 'name'),
      rows: handle('out', 'counts', 'rows'),
      mode: literal('all'),
    }),
  ),
};

const texts = [
  '',
  "it's",
  'say "x"',
  `both ' and "`,
  '\\ back \\n ${x} `y` $[yyyy]',
  'tab\there',
  'line\r\nline\r\n',
  'one\n',
  'one\ntwo ${x} `y` \\ \\${z}',
  '\u0000\u001b[31m\u2028\u2029\ufeff\u202e',
  '人流程 🐬 👩‍👩‍👧',
  '\ud83d',
  '</script><!--',
];

// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u2028\u2029\ufeff\u202e]|\p{Surrogate}/u;

describe('printing code', () => {
  it.each(Object.entries(samples))('formats %s as prettier does', (_what, code) => {
    const text = `export default ${printCode(code, 0, 'export default '.length, 1)};\n`;
    expect(prettier(text)).toBe(text);
  });

  it.each(texts)('writes the text %j so that it is that text again', text => {
    for (const value of [text, { key: text, [text || 'k']: [text] }]) {
      const code = jsonCode(value);
      const printed = printCode(code);
      expect(printed).not.toMatch(INVISIBLE);
      const evaluated: unknown = JSON.parse(
        runInNewContext(
          `JSON.stringify(${printed.startsWith('{') ? `(${printed})` : printed})`,
        ) as string,
      );
      expect(evaluated).toEqual(value);
      expect(evaluate(code, {})).toEqual(value);
    }
  });

  it('keeps a key that would set the prototype', () => {
    const value: unknown = JSON.parse('{"__proto__": {"a": 1}, "b": 2}');
    const code = jsonCode(value);
    expect(printCode(code)).toBe("{ ['__proto__']: { a: 1 }, b: 2 }");
    expect(JSON.stringify(evaluate(code, {}))).toBe(JSON.stringify(value));
  });
});

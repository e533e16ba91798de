import { bindInput, parseCommandLine } from './command-line';
import { encodeText } from '../wire';
import { referenceHandle } from '../handle';

const json = (value: unknown) => encodeText(JSON.stringify(value));
const noOutputs = async () => {
  throw new Error('no output was asked for');
};
const bound = (...argv: string[]) =>
  bindInput(parseCommandLine(['p/t', ...argv]), async content => {
    if (content.kind === 'lost') return { lost: content.task };
    return content.kind === 'value' ? content.value : { kept: content.reference.run };
  });

describe('the input', () => {
  it.each([
    [['--input', '{"a":1}'], { a: 1 }],
    [['--input', ' {"a":"it\'s"}'], { a: "it's" }],
    [['--input', json({ a: '${x}' })], { a: '${x}' }],
    [[], {}],
    [
      ['--set', 'a=1', '--set', 'b=x', '--set', 'c.d="1"', '--set', 'e=[1]'],
      { a: 1, b: 'x', c: { d: '1' }, e: [1] },
    ],
    [
      ['--input', '{"a":[null,2]}', '--bind', 'a.0=integer:1', '--bind', 'a.2=integer:3'],
      { a: [1, 2, 3] },
    ],
    [['--bind', `s=string:${encodeText("'; id #")}`], { s: "'; id #" }],
    [['--bind', 's=string:'], { s: '' }],
    [['--bind', 'at=datetime:2026-11-23 16:47:00'], { at: '2026-11-23 16:47:00' }],
    [['--bind', 'a.b.c=boolean:true'], { a: { b: { c: true } } }],
    [['--bind', `d=output.dataset.name:${json({ dataset: { name: 'x' } })}`], { d: 'x' }],
    [['--bind', `d=output:${json([1])}`], { d: [1] }],
    [['--bind', `=output:${json({ all: 1 })}`], { all: 1 }],
    [['--bind', `d=output.kept:${referenceHandle({ run: 'r/1', digest: 'd' })}`], { d: 'r/1' }],
    [['--bind', `d=output(get-it).x.y:${json({ x: { y: 1 } })}`], { d: 1 }],
    [['--bind', `d=output(get-it):${json([1])}`], { d: [1] }],
    [['--bind', 'd=output(get-it).lost:'], { d: 'get-it' }],
    [['--bind', 'd=output(get-it).lost:${out_get_it}'], { d: 'get-it' }],
    [['--bind', '=output(get-it):'], { lost: 'get-it' }],
  ])('%j', async (argv, input) => {
    expect(await bound(...argv)).toEqual(input);
  });

  it('does not change what was given', async () => {
    const command = parseCommandLine(['p/t', '--input', '{"a":{}}', '--set', 'a.b=1']);
    await bindInput(command, noOutputs);
    expect(command.input).toEqual({ a: {} });
  });

  it('reaches no object of the language', async () => {
    const input = await bound('--input', '{"__proto__":{"polluted":1},"a":1}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(input).toHaveProperty('a', 1);
    for (const path of ['__proto__.x', 'constructor.prototype.x', 'a.__proto__']) {
      expect(() => parseCommandLine(['p/t', '--bind', `${path}=integer:1`])).toThrow(
        /is not a path/,
      );
    }
    expect(await bound('--set', 'toString.x=1')).toEqual({ toString: { x: 1 } });
  });
});

describe('refused with one clear error', () => {
  it.each([
    [['--input', '{a:1}'], 'COMMAND_LINE', /neither JSON nor base64url/],
    [['--input', 'e30='], 'COMMAND_LINE', /neither/],
    [['--bind', 'a'], 'COMMAND_LINE', /no "="/],
    [['--bind', 'a=5'], 'COMMAND_LINE', /no type/],
    [['--bind', 'a=text:5'], 'COMMAND_LINE', /"text" is no type/],
    [['--bind', 'a=integer:$(id)'], 'VALUE_INVALID', /"\$\(id\)" is not a integer/],
    [['--bind', 'a=date:${day}'], 'VALUE_INVALID', /is not a date/],
    [['--bind', 'a=output.x:${out_extract}'], 'HANDLE_INVALID', /not a handle/],
    [['--bind', `a=output.x:${encodeText('{')}`], 'HANDLE_INVALID', /not a handle/],
    [['--bind', 'a=output.x:'], 'HANDLE_INVALID', /not a handle/],
    [['--bind', 'a=output(t).x:${out_t'], 'HANDLE_INVALID', /not a handle/],
    [['--bind', `a=output(t).x:${encodeText('{')}`], 'HANDLE_INVALID', /not a handle/],
    [['--bind', 'a=output().x:'], 'COMMAND_LINE', /"output\(\).x" is no type/],
    [['--bind', 'a=output(t)x:'], 'COMMAND_LINE', /is no type/],
    [['--bind', "a=output(t'; id).x:"], 'COMMAND_LINE', /is no type/],
    [['--bind', 'a=output(t).x..y:'], 'COMMAND_LINE', /not a path/],
    [['--bind', 'a b=integer:1'], 'COMMAND_LINE', /not a path/],
    [['--bind', 'a..b=integer:1'], 'COMMAND_LINE', /not a path/],
    [['--retry', '3'], 'COMMAND_LINE', /<attempts>:<seconds>/],
    [['--retry', '0:1'], 'COMMAND_LINE', /<attempts>:<seconds>/],
    [['--timeout', '0'], 'COMMAND_LINE', /at least 1/],
    [['--timeout', '1.5'], 'COMMAND_LINE', /whole number/],
    [['--instance', '${system.workflow.instance.id}'], 'COMMAND_LINE', /whole number/],
    [['--identity', '{}'], 'COMMAND_LINE', /base64url/],
    [['--identity', json({ project: 'p' })], 'COMMAND_LINE', /workflow/],
    [
      ['--identity', json({ project: 'p', workflow: 'w', task: 't', user: 'u' })],
      'COMMAND_LINE',
      /user/,
    ],
    [['--params', '{}'], 'COMMAND_LINE', /--params/],
    [['p/u'], 'COMMAND_LINE', /one task at a time/],
  ])('%j', (argv, code, message) => {
    const parse = () => parseCommandLine(['p/t', ...argv]);
    expect(parse).toThrow(
      expect.objectContaining({ code, todo: expect.any(String), where: expect.any(String) }),
    );
    expect(parse).toThrow(message);
  });

  it.each([
    [['--input', '{"a":1}', '--set', 'a.b=1'], /a holds no fields/],
    [['--input', '{"a":[]}', '--set', 'a.1=1'], /not a position/],
    [['--input', '{"a":[]}', '--set', 'a.length=5'], /not a position/],
    [['--bind', `a=output.y:${json({ x: 1 })}`], /has no y/],
    [['--bind', `a=output.toString:${json({ x: 1 })}`], /has no toString/],
  ])('%j when it is put together', async (argv, message) => {
    await expect(bound(...argv)).rejects.toThrow(message);
  });
});

it('reads all of the rest', () => {
  const identity = { project: 'p', workflow: 'w', task: 'load-raw', tenant: 'ds' };
  expect(
    parseCommandLine([
      'p/t',
      '--connections',
      'c.json',
      '--retry',
      '3:60',
      '--timeout',
      '1800',
      '--identity',
      json(identity),
      '--instance',
      '12',
      '--task-instance',
      '34',
    ]),
  ).toMatchObject({
    task: 'p/t',
    help: false,
    connections: 'c.json',
    retry: { attempts: 3, seconds: 60 },
    timeout: 1800,
    identity,
    instance: 12,
    taskInstance: 34,
  });
  expect(parseCommandLine([])).toMatchObject({ help: true, retry: { attempts: 1, seconds: 0 } });
});

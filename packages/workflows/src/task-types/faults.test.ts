import {
  anyTask,
  blocking,
  conditions,
  dataQuality,
  defineWorkflow,
  dependent,
  dynamic,
  http,
  java,
  jupyter,
  k8s,
  param,
  pigeon,
  procedure,
  python,
  remoteShell,
  shell,
  sql,
  subWorkflow,
  switchOn,
  synth,
  zeppelin,
  type Problem,
  type RawTask,
  type TaskHandle,
  type WorkflowError,
} from '..';
import { TYPE_EXAMPLES } from '../__testUtils__/task-examples';

interface Handles {
  readonly a: TaskHandle;
  readonly b: TaskHandle;
}

function problemsOf(raw: (handles: Handles) => RawTask): readonly Problem[] {
  const workflow = defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
    const a = task('a', shell({ script: 'true' }));
    const b = task('b', shell({ script: 'true' }));
    task('bad', raw({ a, b }));
  });
  try {
    synth([workflow]);
  } catch (error) {
    return (error as WorkflowError).problems;
  }
  return [];
}

const TEXTS = {
  word: param.string('x'),
  plain: param.verbatim('VARCHAR', 'x'),
  own: param.string('x'),
};

/** Settings that the compiler would refuse. */
const wrong = (value: unknown) => value as never;

const other = { project: 'p', workflow: 'other' };

describe('bad settings', () => {
  it.each<[what: string, raw: (handles: Handles) => RawTask, message: string]>([
    [
      'a type in small letters',
      () => anyTask({ type: 'x', params: {} }),
      `"x" can't be a task type`,
    ],
    [
      'a condition of two kinds',
      ({ a, b }) => blocking({ when: wrong({ succeeded: a, failed: b }) }),
      'a condition is not exactly one of succeeded, failed',
    ],
    [
      'a word that there is not',
      ({ a }) => blocking({ when: { failed: a }, blockIf: wrong('maybe') }),
      'blockIf: "maybe" is none of holds, fails',
    ],
    [
      'both ways to one task',
      ({ a, b }) => conditions({ when: { failed: a }, then: b, otherwise: b }),
      '`then` and `otherwise` are the same task',
    ],
    [
      'conditions that are nested too deep',
      ({ a, b }) =>
        blocking({ when: wrong({ all: [{ any: [{ all: [{ failed: a }] }] }, { failed: b }] }) }),
      'when: it is nested deeper than DolphinScheduler can hold',
    ],
    [
      'nothing joined',
      ({ a }) => blocking({ when: { any: [{ failed: a }, { all: [] }] } }),
      'when: there is nothing in its all',
    ],
    [
      'a handle of nothing',
      ({ a, b }) => conditions({ when: { failed: wrong({ id: 'no' }) }, then: a, otherwise: b }),
      'task no, which it comes after, is not in this workflow',
    ],
    [
      'no threshold',
      () =>
        dataQuality(
          wrong({ rule: 'nullCheck', source: { type: 'MYSQL', datasource: 'shop', table: 't' } }),
        ),
      'threshold is missing',
    ],
    [
      'a source without its data source',
      () => dataQuality({ rule: 'nullCheck', source: wrong({ type: 'MYSQL' }), threshold: 1 }),
      'datasource is missing',
    ],
    [
      'a span that there is not',
      () => dependent({ on: { workflow: other, in: wrong('tomorrow') } }),
      expect.stringMatching(/^in: "tomorrow" is none of currentHour, /) as unknown as string,
    ],
    [
      'one task and all of them',
      () => dependent({ on: { workflow: other, task: 't', allTasks: true, in: 'today' } }),
      'a dependency is on one task and on all of them',
    ],
    [
      'a wait that is not asked for',
      () => dependent({ on: { workflow: other, in: 'today' }, failureWaitMinutes: 5 }),
      'failureWaitMinutes without waiting',
    ],
    [
      'none at once',
      () => dynamic({ workflow: other, parameters: [{ name: 'x', values: 'a' }], atOnce: 0 }),
      'atOnce: it is less than 1',
    ],
    [
      'a row with a setting that there is not',
      () => dynamic({ workflow: other, parameters: [wrong({ name: 'x', values: 'a', value: 1 })] }),
      'parameters[0] has no setting value',
    ],
    ['no address', () => http({ url: 'example.org' }), 'url: "example.org" is no address'],
    [
      'two expectations',
      () => http({ url: 'http://x', expect: wrong({ status: 200, contains: 'x' }) }),
      'expect is not one of a status, contains and containsNot',
    ],
    [
      'parameters that are no list',
      () => http({ url: 'http://x', parameters: wrong({ a: 1 }) }),
      'parameters: it is not a list',
    ],
    [
      'a jar that is to be compiled',
      () => java({ run: 'source', jar: '/a.jar' }),
      "run: 'source' takes source, and no jar",
    ],
    [
      'a jar that is not a full name',
      () => java({ run: 'jar', jar: 'a.jar' }),
      'jar: it is not a full name such as /jars/job.jar',
    ],
    [
      'no notebook',
      () => jupyter(wrong({ condaEnvironment: 'base', output: '/b' })),
      'notebook is missing',
    ],
    [
      'a namespace without a name',
      () => k8s({ image: 'x', namespace: wrong({ cluster: 'east' }) }),
      'namespace: it has no name',
    ],
    ['an empty text', () => pigeon({ job: ' ' }), 'job: it is empty'],
    [
      'a kind of database that there is not',
      () => procedure({ type: wrong('ACCESS'), datasource: 'x', call: 'y' }),
      expect.stringMatching(/^type: "ACCESS" is none of MYSQL, /) as unknown as string,
    ],
    ['a number for a text', () => python({ script: wrong(5) }), 'script: it is not a text'],
    [
      'a setting that there is not',
      () => remoteShell(wrong({ script: 'x', datasource: 'y', host: 'z' })),
      'remoteShell has no setting host',
    ],
    ['an empty script', () => shell({ script: '' }), 'its script is empty'],
    [
      'a setting that shell has not',
      () => shell(wrong({ script: 'x', cwd: '/' })),
      'shell has no setting cwd',
    ],
    [
      'a report of an update',
      () =>
        sql({
          type: 'MYSQL',
          datasource: 'x',
          sql: 'y',
          statement: 'update',
          report: { alertGroup: 'g', title: 't' },
        }),
      'report: an update has no rows',
    ],
    [
      'what only a run knows',
      () =>
        sql({
          type: 'MYSQL',
          datasource: 'x',
          sql: wrong({ deferred: { kind: 'param', name: 'n', type: 'integer' } }),
        }),
      'sql is known only when the workflow runs',
    ],
    [
      'a statement that is no text',
      () => sql({ type: 'MYSQL', datasource: 'x', sql: 'y', before: [wrong(1)] }),
      'before: it is not a list of texts',
    ],
    ['no cases', ({ a }) => switchOn({ cases: [], otherwise: a }), 'its switch has no cases'],
    [
      'a case without its task',
      ({ a }) => switchOn({ cases: [wrong({ when: '1 > 0' })], otherwise: a }),
      'then is missing',
    ],
    ['nowhere to go', () => zeppelin({ note: 'n' }), 'nothing says where Zeppelin is'],
  ])('%s is one clear problem', (_what, raw, message) => {
    const problems = problemsOf(raw);
    expect(problems).toEqual([
      {
        code: expect.stringMatching(/^(?:INPUT|EDGE|SCRIPT)$/) as unknown,
        message,
        todo: expect.stringMatching(/.\.$/) as unknown,
        workflow: 'x',
        task: 'bad',
        at: { file: __filename, line: expect.any(Number) as unknown },
      },
    ]);
    expect(problems[0]?.at?.line).toBeGreaterThan(1);
  });

  it.each(Object.keys(TYPE_EXAMPLES).filter(type => !['shell', 'anyTask'].includes(type)))(
    '%s: a setting that is missing and one too many are told',
    raw => {
      const problems = problemsOf(() => ({ raw, settings: { nonsense: 1 } }));
      const messages = problems.map(({ message }) => message);
      expect(messages).toContain(`${raw} has no setting nonsense`);
      expect(messages.filter(message => message.endsWith(' is missing'))).not.toEqual([]);
    },
  );

  it('a sub-workflow takes only outputs, under their own names', () => {
    const workflow = defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
      const a = task('a', shell({ script: 'true' }), { outputs: { rows: 'integer' } });
      task('b', subWorkflow(other), {
        inputs: { count: a.out.rows, fixed: wrong({ type: 'integer', value: 1 }) },
      });
    });
    expect(() => synth([workflow])).toThrow(/a sub-workflow takes an output under its own name/);
    expect(() => synth([workflow])).toThrow(/input fixed: a sub-workflow takes this workflow's/);
  });

  it('a text of the workflow is not pasted, since it is encoded', () => {
    const define = (name: 'word' | 'plain' | 'own') =>
      defineWorkflow(
        { id: 'x', project: 'p', owner: 'o', params: { [name]: TEXTS[name] } },
        ({ task }) => {
          task('ask', http({ url: `http://x/\${${name}}` }), {
            inputs: name === 'own' ? { own: param.string('mine') } : {},
          });
        },
      );
    expect(() => synth([define('word')])).toThrow(/it uses word, a text, which travels encoded/);
    expect(synth([define('plain')]).workflows).toHaveLength(1);
    // Its own input of the name comes before the workflow's parameter.
    expect(synth([define('own')]).workflows).toHaveLength(1);
  });
});

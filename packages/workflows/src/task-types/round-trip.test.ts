import { engineExamples } from '../__testUtils__/engine-examples';
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { exampleBody, exampleFor, examplesOf, TYPE_EXAMPLES } from '../__testUtils__/task-examples';
import type { RawTaskBody } from '../model';
import { rawTaskTypes, readBody, renderBody, taskFault } from '.';
import { type Names, type Reference, resolveRefs } from './refs';
import type { RenderContext } from './task-type';

const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];

/** A server's codes: each reference has one, and each code says what it stands for. */
class Codes {
  readonly #references: Reference[] = [];

  resolve = (reference: Reference): unknown => {
    const text = JSON.stringify(reference);
    const found = this.#references.findIndex(each => JSON.stringify(each) === text);
    const code = found < 0 ? this.#references.push(reference) - 1 : found;
    return reference.kind === 'resource' ? { resourceName: reference.path } : code + 1000;
  };

  #named<K extends Reference['kind']>(kind: K, code: number) {
    const found = this.#references[code - 1000];
    return found?.kind === kind ? (found as Extract<Reference, { kind: K }>) : undefined;
  }

  readonly names: Names = {
    task: code => this.#named('task', code)?.task,
    project: code => this.#named('project', code)?.project,
    workflow: code => {
      const found = this.#named('workflow', code);
      return found && { project: found.project, workflow: found.workflow };
    },
    workflowTask: (_workflow, code) => this.#named('workflow-task', code)?.task,
    datasource: id => this.#named('datasource', id)?.name,
    resource: ({ resourceName }) => resourceName,
    alertGroup: id => this.#named('alert-group', id)?.name,
    param: name => ({ day: 'date', name: 'string' })[name] as ReturnType<Names['param']>,
  };
}

const fault = (body: RawTaskBody, line: ServerLine) => taskFault({ body, localParams: [] }, line);

const typeOf = (name: string) => {
  const type = rawTaskTypes.find(each => each.name === name);
  if (!type) throw new Error(`no type ${name}`);
  return type;
};

/** What a server of a line would answer for a body. */
function throughServer(body: RawTaskBody, line: ServerLine): RawTaskBody | undefined {
  const codes = new Codes();
  const context = { line, task: { localParams: [] } } as unknown as RenderContext;
  const { taskType, params, resources } = renderBody(body, context);
  const taskParams = JSON.stringify({
    localParams: [],
    ...(resolveRefs(params, codes.resolve) as object),
    resourceList: resources.map(resourceName => ({ resourceName })),
  });
  return readBody(taskType, {
    params: JSON.parse(taskParams) as Record<string, unknown>,
    line,
    names: codes.names,
  });
}

const types = Object.entries(TYPE_EXAMPLES);
const onLines = types.flatMap(([type, examples]) => LINES.map(line => ({ type, line, examples })));

describe('every task type', () => {
  it('has examples', () => {
    const engines = engineExamples({ jar: '/a.jar', file: '/a.txt', datasource: 'shop' });
    const names = [...Object.keys(TYPE_EXAMPLES), ...engines.map(({ task }) => task.raw)];
    expect(rawTaskTypes.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort());
  });

  it.each(types)('%s: its examples give every setting', name => {
    const given = examplesOf(name).flatMap(each => Object.keys(exampleBody(each).settings));
    expect(typeOf(name).settings.filter(option => !given.includes(option))).toEqual([]);
  });

  it.each(onLines.filter(({ type, line }) => typeOf(type).lines.includes(line)))(
    '$type comes back from $line as it was written',
    ({ type, line }) => {
      for (const example of examplesOf(type)) {
        const body = exampleBody(exampleFor(line, type, example));
        expect(fault(body, line)).toBeUndefined();
        expect(throughServer(body, line)).toEqual(body);
      }
    },
  );

  it.each(onLines.filter(({ type, line }) => !typeOf(type).lines.includes(line)))(
    '$type: a plan for $line says which lines have it',
    ({ type, examples, line }) => {
      const { lines } = typeOf(type);
      expect(fault(exampleBody(examples.minimal), line)).toBe(
        `${type}: this server's line ${line} doesn't have it; ${lines.join(', ')} do`,
      );
    },
  );

  it.each<[type: string, line: ServerLine, lacking: string]>([
    ['http', '3.1', 'body (3.2, 3.3, 3.4 do)'],
    [
      'http',
      '3.3',
      'method HEAD (3.1, 3.2 do), parameters in body (3.1, 3.2 do), socketTimeoutMs (3.1, 3.2 do)',
    ],
    ['sql', '3.2', 'separator (3.1 does)'],
    ['sql', '3.1', 'type DORIS (3.2, 3.3, 3.4 do)'],
    [
      'dependent',
      '3.1',
      'on passParameters (3.2, 3.3, 3.4 do), on allTasks (3.2, 3.3, 3.4 do), checkEverySeconds (3.2, 3.3, 3.4 do), onFailure (3.2, 3.3, 3.4 do), failureWaitMinutes (3.2, 3.3, 3.4 do)',
    ],
    ['k8s', '3.3', 'namespace cluster (3.1, 3.2 do)'],
    [
      'dataQuality',
      '3.1',
      'source database (3.2, 3.3, 3.4 do), target database (3.2, 3.3, 3.4 do), spark yarnQueue (3.2, 3.3, 3.4 do)',
    ],
  ])('%s: a plan for %s says which lines have a setting', (type, line, lacking) => {
    const { full } = TYPE_EXAMPLES[type] ?? {};
    expect(full && fault(exampleBody(full), line)).toBe(
      `${type}: this server's line ${line} doesn't have ${lacking}`,
    );
  });

  const none = () => undefined;
  const names: Names = {
    task: code => (code === 1 ? 'a' : undefined),
    project: none,
    workflow: none,
    workflowTask: none,
    datasource: none,
    resource: none,
    alertGroup: none,
    param: none,
  };
  const item = (depTaskCode: number, status: string) => ({
    relation: 'AND',
    dependTaskList: [{ relation: 'AND', dependItemList: [{ depTaskCode, status }] }],
  });

  it.each<[what: string, type: string, line: ServerLine, params: Record<string, unknown>]>([
    ['a word that no setting has', 'HTTP', '3.1', { url: 'http://x', httpMethod: 'PATCH' }],
    [
      'a data source that is not known',
      'K8S',
      '3.3',
      { image: 'x', namespace: 'y', datasource: 9 },
    ],
    ['a file that is not known', 'PYTHON', '3.1', { rawScript: 'x', resourceList: [{ id: 5 }] }],
    [
      'a state that conditions do not ask for',
      'BLOCKING',
      '3.1',
      { dependence: item(1, 'KILL'), blockingOpportunity: 'BlockingOnSuccess' },
    ],
    ['a task that is not known', 'BLOCKING', '3.1', { dependence: item(2, 'SUCCESS') }],
    ['a row that is none', 'HTTP', '3.1', { url: 'http://x', httpParams: [{ prop: 'x' }] }],
    [
      'a span of another cycle',
      'DEPENDENT',
      '3.1',
      {
        dependence: {
          relation: 'AND',
          dependTaskList: [
            { relation: 'AND', dependItemList: [{ cycle: 'week', dateValue: 'today' }] },
          ],
        },
      },
    ],
    ['a number that is none', 'SQL', '3.1', { type: 'MYSQL', sql: 'x', displayRows: 'many' }],
  ])('%s is kept as a task of any type', (_what, type, line, params) => {
    const found = readBody(type, { params, line, names });
    // A file that isn't known can't be named at all.
    const expected = params.resourceList
      ? undefined
      : { kind: 'raw', type: 'anyTask', settings: { type, params, resources: [] } };
    expect(found).toEqual(expected);
  });

  it('keeps parameters that it has no setting for, but not what older clients write for every type', () => {
    const params = {
      rawScript: 'x',
      mine: { deep: 1 },
      empty: '',
      dependence: {},
      conditionResult: { successNode: [''], failedNode: [''] },
      waitStartTimeout: {},
    };
    expect(readBody('PYTHON', { params, line: '3.1', names })?.settings).toEqual({
      script: 'x',
      extra: { mine: { deep: 1 } },
    });
  });
});

import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { exampleBody, exampleFor, examplesOf, TYPE_EXAMPLES } from '../__testUtils__/task-examples';
import type { RawTaskBody } from '../model';
import { bodyFault, rawTaskTypes, readBody, renderBody } from '.';
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
    expect(rawTaskTypes.map(({ name }) => name).sort()).toEqual(Object.keys(TYPE_EXAMPLES).sort());
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
        expect(bodyFault(body, line)).toBeUndefined();
        expect(throughServer(body, line)).toEqual(body);
      }
    },
  );

  it.each(onLines.filter(({ type, line }) => !typeOf(type).lines.includes(line)))(
    '$type: a plan for $line says which lines have it',
    ({ type, examples, line }) => {
      const { lines } = typeOf(type);
      expect(bodyFault(exampleBody(examples.minimal), line)).toBe(
        `${type}: this server's line ${line} doesn't have it; ${lines.join(', ')} do`,
      );
    },
  );

  it.each<[type: string, line: ServerLine, fault: string]>([
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
  ])('%s: a plan for %s says which lines have a setting', (type, line, fault) => {
    const { full } = TYPE_EXAMPLES[type] ?? {};
    expect(full && bodyFault(exampleBody(full), line)).toBe(
      `${type}: this server's line ${line} doesn't have ${fault}`,
    );
  });
});

/** Settings that name something else of the server's. */
import type { TaskHandle } from '../../define/task';
import { at, put } from '../paths';
import { ref, type Names, type Ref } from '../refs';
import { type WorkflowRef, workflowCodeKey, workflowRef } from '../workflow-ref';
import { saidBeside } from './beside';
import { type Field, type FieldOptions, isNone, one, UNREADABLE } from './field';

function named(
  kind: 'datasource' | 'alert-group',
  nameOf: (names: Names, id: number) => string | undefined,
) {
  return (key: string, options: FieldOptions<string> = {}): Field<string> =>
    one<string>(
      key,
      {
        fault: value =>
          typeof value === 'string' && value !== '' ? undefined : 'it is not a name',
        toServer: name => ref({ kind, name }),
        fromServer: (value, { names }) => nameOf(names, Number(value)),
      },
      options,
    );
}

const datasourceName = named('datasource', (names, id) => names.datasource(id));

/** An alert group by name. */
export const alertGroup = named('alert-group', (names, id) => names.alertGroup(id));

/** A data source by name. */
export function datasource(key: string, options: FieldOptions<string> = {}): Field<string> {
  const field = datasourceName(key, options);
  return {
    ...field,
    synth: (value, place) => place.scope.datasource(field.synth(value, place) as string),
  };
}

/**
 * A data source of one kind. It stands for the account, which the server would also take in plain text.
 *
 * @param options - `plainKeys`: the parameters that the server puts the data source's content into itself.
 */
export function account(
  type: string,
  options: FieldOptions<string> & { readonly plainKeys?: readonly string[] } = {},
): Field<string> {
  const { plainKeys = [], ...others } = options;
  const field = saidBeside('type', type, datasource('datasource', others));
  return { ...field, keys: [...field.keys, ...plainKeys] };
}

/** One file of the resource centre by its full name, `/jars/job.jar`. */
export function resource(key: string, options: FieldOptions<string> = {}): Field<string> {
  return one(
    key,
    {
      fault: value =>
        typeof value === 'string' && value.startsWith('/')
          ? undefined
          : 'it is not a full name such as /jars/job.jar',
      toServer: path => ref({ kind: 'resource', path }),
      fromServer: (value, { names }) =>
        typeof value === 'object' ? names.resource(value ?? {}) : undefined,
    },
    options,
  );
}

/** Another workflow. */
export function workflow(): Field<WorkflowRef> {
  return {
    keys: [workflowCodeKey('3.1'), workflowCodeKey('3.4')],
    required: true,
    synth: (value, { scope }) => workflowRef(scope.use(value)),
    write: (value, { line }) => put(workflowCodeKey(line), value),
    read(params, { line, names }) {
      const code = at(params, workflowCodeKey(line));
      if (isNone(code)) return undefined;
      const name = names.workflow(Number(code));
      return name ? workflowRef(name) : UNREADABLE;
    },
  };
}

/** A task of the same workflow by its code. */
export function readTask(code: unknown, names: Names): Ref | typeof UNREADABLE {
  const task = names.task(Number(code));
  return task === undefined ? UNREADABLE : ref({ kind: 'task', task });
}

/**
 * A task that this one leads to.
 *
 * @param options - `asList`: the server has a list of one. Default false.
 */
export function leadsTo(
  key: string,
  { asList = false }: { readonly asList?: boolean } = {},
): Field<TaskHandle> {
  return {
    keys: [key],
    required: true,
    synth: (value, { scope }) => ref({ kind: 'task', task: scope.leadsTo(value) }),
    write: value => put(key, asList ? [value] : value),
    read(params, { names }) {
      const found = at(params, key);
      const [code, ...others] = Array.isArray(found) ? (found as unknown[]) : [found];
      return others.length > 0 ? UNREADABLE : readTask(code, names);
    },
  };
}

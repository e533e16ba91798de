import type { TaskHandle } from '../define/task';
import { type Field, readTask } from './fields';
import { ref } from './refs';
import type { ItemKind, Relation } from './relation';

/** How an earlier task has ended. It makes the edge from that task. @public */
export type TaskOutcome = { readonly succeeded: TaskHandle } | { readonly failed: TaskHandle };

/** Outcomes of earlier tasks, joined by `all` and `any`, nested once at most. @public */
export type Outcomes = Relation<TaskOutcome>;

function outcome(status: 'SUCCESS' | 'FAILURE'): Field<TaskHandle | undefined> {
  return {
    keys: ['depTaskCode', 'status'],
    required: false,
    synth: (task, { scope }) => ref({ kind: 'task', task: scope.comesAfter(task) }),
    write: (task): Record<string, unknown> =>
      task === undefined ? {} : { depTaskCode: task, status },
    read(params, { names }) {
      return params.status === status ? readTask(params.depTaskCode, names) : undefined;
    },
  };
}

/** An outcome among conditions. */
export const outcomeItem: ItemKind = {
  what: 'a condition',
  fields: { succeeded: outcome('SUCCESS'), failed: outcome('FAILURE') },
  exactlyOne: true,
};

import type { TaskHandle } from '../define/task';
import type { RawTask } from './raw-task';
import { ref, type Ref } from './refs';
import type { RawTaskType } from './task-type';

/** One way out of a switch. @public */
export interface SwitchCase {
  /**
   * A JavaScript expression in which `${name}` is a parameter or an output of an earlier raw task: `${rows} > 100`. A
   * text stands in quotes: `"${kind}" == "full"`.
   */
  readonly when: string;
  /** The task that runs then. */
  readonly then: TaskHandle;
}

/** @public */
export interface SwitchSettings {
  /** The first that holds counts. */
  readonly cases: readonly SwitchCase[];
  /** The task that runs when none holds. */
  readonly otherwise: TaskHandle;
}

/**
 * Runs one of several tasks, by conditions. It makes the edges to them.
 *
 * @public
 */
export function switchOn(settings: SwitchSettings): RawTask<SwitchSettings> {
  return { raw: 'switchOn', settings };
}

interface SwitchJson {
  readonly cases: readonly { readonly when: string; readonly then: Ref }[];
  readonly otherwise: Ref;
}

export const switchType: RawTaskType<SwitchSettings> = {
  name: 'switchOn',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: [],
  serverType: () => 'SWITCH',

  synth({ cases, otherwise }, scope) {
    scope.report.check(
      cases.length > 0,
      'INPUT',
      'its switch has no cases',
      'Give it one at least, or take it out.',
    );
    for (const { when } of cases) {
      scope.report.check(
        when.trim() !== '',
        'INPUT',
        'a case has no condition',
        'Write when it holds.',
      );
    }
    const task = (handle: TaskHandle) => ref({ kind: 'task', task: scope.leadsTo(handle) });
    return {
      cases: cases.map(({ when, then }) => ({ when, then: task(then) })),
      otherwise: task(otherwise),
    };
  },

  render(settings) {
    const { cases, otherwise } = settings as unknown as SwitchJson;
    return {
      params: {
        switchResult: {
          dependTaskList: cases.map(({ when, then }) => ({ condition: when, nextNode: then })),
          nextNode: otherwise,
        },
      },
    };
  },

  read({ params, names }) {
    const result = (params.switchResult ?? {}) as {
      dependTaskList?: { condition?: string; nextNode?: unknown }[];
      nextNode?: unknown;
    };
    // 3.1's UI writes a code, or a list of one.
    const task = (node: unknown) => {
      const id = names.task(Number(Array.isArray(node) ? node[0] : node));
      return id === undefined ? undefined : ref({ kind: 'task', task: id });
    };
    const cases = (result.dependTaskList ?? []).map(({ condition, nextNode }) => ({
      when: condition ?? '',
      then: task(nextNode),
    }));
    const otherwise = task(result.nextNode);
    return otherwise !== undefined && cases.every(({ then }) => then !== undefined)
      ? { cases, otherwise }
      : undefined;
  },

  unsupported: () => [],
};

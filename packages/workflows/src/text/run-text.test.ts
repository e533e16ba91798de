import type { TaskInstance } from '@dolphinstage/dolphinscheduler-client';
import type { RunTask } from '../run/watch';
import { taskRows } from './run-text';

function begun(id: string, number: number, startTime?: string, endTime?: string): RunTask {
  const state = endTime ? 'SUCCESS' : 'RUNNING_EXECUTION';
  const instance: TaskInstance = {
    id: number,
    name: id,
    taskCode: number,
    taskType: 'SHELL',
    state,
    startTime,
    endTime,
    host: '',
    logPath: '',
    final: endTime !== undefined,
  };
  return { id, state, instance };
}
const waiting = (id: string): RunTask => ({ id, state: 'WAITING' });

const ids = (tasks: readonly RunTask[]) => taskRows({ tasks }).map(([id]) => id);

describe('taskRows', () => {
  it('says state and time', () => {
    expect(
      taskRows({
        tasks: [
          begun('extract', 1, '2026-11-23 16:47:58', '2026-11-23 16:48:03'),
          begun('load', 2, '2026-11-23 16:48:03'),
          waiting('clean'),
        ],
      }),
    ).toEqual([
      ['extract', 'success', '5 s'],
      ['load', 'running_execution', 'since 2026-11-23 16:48:03'],
      ['clean', 'waiting', ''],
    ]);
  });

  it('has tasks in the order in which they began, not the server’s, which is the newest first', () => {
    const [extract, load, clean] = [
      begun('extract', 1, '2026-11-23 16:47:58', '2026-11-23 16:48:00'),
      begun('load', 2, '2026-11-23 16:48:00', '2026-11-23 16:48:09'),
      begun('clean', 3, '2026-11-23 16:48:10', '2026-11-23 16:48:11'),
    ];
    expect(ids([clean, load, extract])).toEqual(['extract', 'load', 'clean']);
    // A branch that had to wait for a worker, whatever its name and place in the graph.
    const late = begun('branch-a', 4, '2026-11-23 16:48:20', '2026-11-23 16:48:21');
    expect(ids([late, extract, load])).toEqual(['extract', 'load', 'branch-a']);
  });

  it('tells tasks that began in the same second apart by their number', () => {
    const second = '2026-11-23 16:47:58';
    const tasks = ['first', 'second', 'third'].map((id, index) =>
      begun(id, 9 + index, second, second),
    );
    expect(ids([...tasks].reverse())).toEqual(['first', 'second', 'third']);
  });

  it('has after them those that wait for a worker, then those that wait for others', () => {
    expect(
      ids([
        waiting('after-it'),
        waiting('after-that'),
        begun('queued', 2),
        begun('begun', 3, '2026-11-23 16:47:58'),
      ]),
    ).toEqual(['begun', 'queued', 'after-it', 'after-that']);
  });

  it('leaves the state as it is', () => {
    const tasks = [waiting('b'), begun('a', 1, '2026-11-23 16:47:58')];
    taskRows({ tasks });
    expect(tasks.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});

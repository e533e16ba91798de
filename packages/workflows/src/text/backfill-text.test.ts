import type { WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import { backfillLine, backfillRows } from '..';

const instance = (id: number, state: string, endTime?: string): WorkflowInstance => ({
  id,
  name: '',
  workflowDefinitionCode: 1,
  workflowDefinitionVersion: 1,
  state,
  commandType: 'COMPLEMENT_DATA',
  startTime: '2026-11-23 02:00:00',
  endTime,
  runTimes: 1,
  host: '',
  final: endTime !== undefined,
});

describe('a backfill in words', () => {
  const runs = [
    { time: '2026-01-01 00:00:00', instance: instance(7, 'SUCCESS', '2026-11-23 02:00:04') },
    { time: '2026-01-02 00:00:00', instance: instance(8, 'RUNNING_EXECUTION') },
    { time: '2026-01-03 00:00:00' },
  ];

  it('has a row for each time', () => {
    expect(backfillRows({ runs })).toEqual([
      ['2026-01-01 00:00:00', '#7', 'success', '4 s'],
      ['2026-01-02 00:00:00', '#8', 'running_execution', ''],
      ['2026-01-03 00:00:00', '', 'waiting', ''],
    ]);
  });

  it('says how many have succeeded, and how many have not begun', () => {
    const workflow = { project: 'sales', workflow: 'orders' };
    expect(backfillLine(workflow, { runs, succeeded: 1 })).toBe(
      'sales/orders: 1 of 3 runs have succeeded, 1 has not begun',
    );
    expect(backfillLine(workflow, { runs: runs.slice(0, 1), succeeded: 1 })).toBe(
      'sales/orders: 1 of 1 run has succeeded',
    );
  });
});

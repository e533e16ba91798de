import type {
  DolphinSchedulerClient,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import { readLastRuns } from './last-runs';

const WORKFLOW = 11;

const run = (id: number, state: string, final: boolean): WorkflowInstance =>
  ({
    id,
    name: `night-${id}`,
    workflowDefinitionCode: WORKFLOW,
    workflowDefinitionVersion: 1,
    state,
    final,
    commandType: 'SCHEDULER',
  }) as Partial<WorkflowInstance> as WorkflowInstance;

/** A double of the client that has these runs, the newest first. */
const clientWith = (...runs: WorkflowInstance[]) =>
  ({
    runs: {
      async *listAll() {
        yield* [...runs].sort((a, b) => b.id - a.id);
      },
    },
  }) as unknown as DolphinSchedulerClient;

it('tells the last run from the last that has ended, also when it reads on', async () => {
  const states = (last: Awaited<ReturnType<typeof readLastRuns>>) => [
    last.byWorkflow.get(WORKFLOW)?.state,
    last.ended.get(WORKFLOW)?.state,
  ];
  const failed = run(1, 'FAILURE', true);
  const first = await readLastRuns(
    clientWith(failed, run(2, 'RUNNING_EXECUTION', false)),
    7,
    'UTC',
  );
  expect(states(first)).toEqual(['running', 'failed']);
  const second = await readLastRuns(clientWith(failed, run(2, 'SUCCESS', true)), 7, 'UTC', first);
  expect(states(second)).toEqual(['succeeded', 'succeeded']);
  const third = await readLastRuns(
    clientWith(failed, run(2, 'SUCCESS', true), run(3, 'RUNNING_EXECUTION', false)),
    7,
    'UTC',
    second,
  );
  expect(states(third)).toEqual(['running', 'succeeded']);
  expect(states(await readLastRuns(clientWith(), 7, 'UTC'))).toEqual([undefined, undefined]);
});

import { useState } from 'react';
import { Flex, Link, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type State,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks } from '../hooks/useLinks';
import { useLive } from '../hooks/useLive';
import { RUN_STATES, STATE_LOOKS } from '../model/states';
import { FilterSelect } from './FilterSelect';
import { PlainTable } from './PlainTable';
import { Problem } from './Problem';
import { RunBars } from './RunBars';
import { Stale } from './Stale';
import { StateLabel } from './StateLabel';
import { Took, When } from './When';

/** Runs are read again so often while one of them goes on, and while none does, in seconds. */
const BUSY_SECONDS = 5;
const QUIET_SECONDS = 30;

/** So many runs are shown. */
const LIMIT = 100;

/** The last runs of a workflow. */
export function RunsTab({ workflow }: { readonly workflow: WorkflowRef }) {
  const api = useApi(dolphinSchedulerApiRef);
  const links = useLinks();
  const [state, setState] = useState<State>();
  const runs = useLive(() => api.runs(workflow, { limit: LIMIT, state }), {
    key: `${workflowKey(workflow)} ${state ?? ''}`,
    again: list => (list.items.some(run => !run.final) ? BUSY_SECONDS : QUIET_SECONDS),
  });
  useChanges(runs.reload, workflow);
  const items = runs.value?.items ?? [];
  return (
    <Flex direction="column" gap="4">
      {items.length > 0 && <RunBars workflow={workflow} runs={items} />}
      <div>
        <FilterSelect
          label="State"
          value={state}
          options={RUN_STATES.map(value => ({ value, label: STATE_LOOKS[value].word }))}
          onChange={chosen => setState(RUN_STATES.find(known => known === chosen))}
        />
      </div>
      {runs.error && (
        <Problem what="The runs can't be read" error={runs.error} retry={runs.reload} />
      )}
      {runs.value && <Stale instance={workflow.instance} read={runs.value} />}
      {runs.loading && <Skeleton width="100%" height={160} />}
      {runs.value && items.length === 0 && (
        <Text color="secondary">
          {state
            ? 'No run is in this state.'
            : 'It has never run: start it, or wait for its schedule.'}
        </Text>
      )}
      {items.length > 0 && (
        <PlainTable
          caption={items.length < LIMIT ? 'Runs' : `The last ${LIMIT} runs`}
          columns={['Run', 'State', 'Started', 'Took', 'For', 'By']}
        >
          {items.map(run => (
            <tr key={run.id}>
              <th scope="row">
                <Link href={links.run({ ...workflow, run: run.id })}>{run.id}</Link>
              </th>
              <td>
                <StateLabel state={run.state} serverState={run.serverState} />
              </td>
              <td>
                <When time={run.startedAt} />
              </td>
              <td>
                <Took startedAt={run.startedAt} endedAt={run.endedAt} />
              </td>
              <td>
                <When time={run.scheduledFor} />
              </td>
              <td>{tellTrigger(run.trigger)}</td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Flex>
  );
}

const TRIGGERS: Readonly<Record<string, string>> = {
  SCHEDULER: 'schedule',
  START_PROCESS: 'a person or a program',
  COMPLEMENT_DATA: 'backfill',
  REPEAT_RUNNING: 'repeat',
  START_FAILURE_TASK_PROCESS: 'recovery',
  RECOVER_SUSPENDED_PROCESS: 'resume',
  RECOVER_TOLERANCE_FAULT_PROCESS: 'failover',
};

/** What started a run, in people's words; DolphinScheduler's own where there are none. */
export function tellTrigger(trigger: string): string {
  return TRIGGERS[trigger] ?? trigger;
}

import { memo, useMemo, useRef } from 'react';
import { Flex, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type RunDetail,
  type RunRef,
  type RunTask,
  type Verb,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { useSearchParams } from 'react-router-dom';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks } from '../hooks/useLinks';
import { POLL_SECONDS, useLive } from '../hooks/useLive';
import { useRunParam, useWorkflowParams } from '../hooks/useWorkflowParams';
import { notAllowed, STATE_LOOKS } from '../model/states';
import { Announce } from './Announce';
import { Crumbs } from './Crumbs';
import { Facts } from './Facts';
import { GanttChart } from './GanttChart';
import { LogView } from './LogView';
import { NoSuchPage } from './NoSuchPage';
import { PickButton, PlainTable } from './PlainTable';
import { Problem } from './Problem';
import { RunActions } from './RunActions';
import { tellTrigger } from './RunsTab';
import { Stale } from './Stale';
import { StateLabel } from './StateLabel';
import { Took, When } from './When';

/** The page of one run. */
export function RunPage() {
  const workflow = useWorkflowParams();
  const run = useRunParam();
  return workflow && run !== undefined ? <OneRun run={{ ...workflow, run }} /> : <NoSuchPage />;
}

function OneRun({ run: ref }: { readonly run: RunRef }) {
  const api = useApi(dolphinSchedulerApiRef);
  const links = useLinks();
  const key = `${workflowKey(ref)}/${ref.run}`;
  const run = useLive(() => api.run(ref), {
    key,
    again: detail => !detail.final && POLL_SECONDS,
  });
  // What it is called and what may be done with it: as long as the run is looked at, that stays.
  const workflow = useLive(() => api.workflow(ref), {
    key: workflowKey(ref),
    again: () => false,
  });
  useChanges(run.reload, ref);
  const name = workflow.value?.name ?? String(ref.code);

  return (
    <Flex direction="column" gap="4">
      <Crumbs
        crumbs={[
          { label: 'Workflows', href: links.list() },
          { label: ref.project, href: links.list({ project: ref.project }) },
          { label: name, href: links.workflow(ref, 'runs') },
        ]}
      />
      {run.error && (
        <Problem
          what={run.value ? 'This may be out of date' : "This run can't be read"}
          error={run.error}
          retry={run.reload}
        />
      )}
      {run.value && <Stale instance={ref.instance} read={run.value} />}
      {run.loading && (
        <div aria-busy>
          <Announce text="The run is read" />
          <Skeleton width="40%" height={32} />
          <Skeleton width="100%" height={240} style={{ marginTop: 16 }} />
        </div>
      )}
      {run.value && (
        <RunView
          target={ref}
          run={run.value}
          name={name}
          allowed={workflow.value?.allowed ?? (workflow.error ? [] : undefined)}
          onChanged={run.reload}
        />
      )}
    </Flex>
  );
}

interface TaskRowProps {
  readonly task: RunTask;
  readonly selected: boolean;
  readonly onChoose: (task: number) => void;
}

const TaskRow = memo(({ task, selected, onChoose }: TaskRowProps) => (
  <tr data-selected={selected || undefined}>
    <th scope="row">
      <PickButton pressed={selected} onPress={() => onChoose(task.id)}>
        {task.name}
      </PickButton>
    </th>
    <td>
      <StateLabel state={task.state} serverState={task.serverState} />
    </td>
    <td>{task.type}</td>
    <td>
      <When time={task.startedAt} />
    </td>
    <td>
      <Took startedAt={task.startedAt} endedAt={task.endedAt} />
    </td>
    <td>{task.host ?? '–'}</td>
  </tr>
));

interface RunViewProps {
  readonly target: RunRef;
  readonly run: RunDetail;
  readonly name: string;
  readonly allowed: readonly Verb[] | undefined;
  readonly onChanged: () => void;
}

function RunView({ target, run, name, allowed, onChanged }: RunViewProps) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('task');
  const task = run.tasks.find(({ id }) => String(id) === asked) ?? interesting(run.tasks);
  const choose = (id: number) =>
    setParams(
      before => {
        const next = new URLSearchParams(before);
        next.set('task', String(id));
        return next;
      },
      { replace: true },
    );
  const latest = useRef(choose);
  latest.current = choose;
  const chosen = useMemo(() => (id: number) => latest.current(id), []);
  const unreadable = notAllowed(allowed, 'readLog', "read this workflow's logs");

  return (
    <>
      <Flex justify="between" align="start" gap="4" style={{ flexWrap: 'wrap' }}>
        <Text as="h2" variant="title-medium">
          Run {run.id} of {name}
        </Text>
        <RunActions run={run} target={target} allowed={allowed} onChanged={onChanged} />
      </Flex>
      <Facts
        facts={[
          ['State', <StateLabel key="state" state={run.state} serverState={run.serverState} />],
          ['Started', <When key="started" time={run.startedAt} />],
          ['Took', <Took key="took" startedAt={run.startedAt} endedAt={run.endedAt} />],
          ['For', run.scheduledFor && <When key="for" time={run.scheduledFor} />],
          ['Started by', tellTrigger(run.trigger)],
        ]}
      />
      <Announce text={`Run ${run.id}: ${STATE_LOOKS[run.state].word}`} />
      <section>
        <Text as="h3" variant="title-x-small">
          Tasks over time
        </Text>
        <GanttChart run={run} selected={task?.id} onSelect={choose} />
      </section>
      {run.tasks.length > 0 && (
        <PlainTable
          caption="Tasks of this run"
          columns={['Task', 'State', 'Type', 'Started', 'Took', 'On']}
        >
          {run.tasks.map(one => (
            <TaskRow key={one.id} task={one} selected={one.id === task?.id} onChoose={chosen} />
          ))}
        </PlainTable>
      )}
      {task && (
        <section>
          <Text as="h3" variant="title-x-small">
            Log of {task.name}
          </Text>
          {allowed && unreadable ? (
            <Text color="secondary">{unreadable}</Text>
          ) : (
            <LogView key={task.id} run={target} task={task.id} name={task.name} />
          )}
        </section>
      )}
    </>
  );
}

/** The task that one wants to read about first: what failed, else what runs, else the last one. */
function interesting(tasks: readonly RunTask[]): RunTask | undefined {
  return (
    tasks.find(task => task.state === 'failed') ??
    tasks.find(task => task.state === 'running') ??
    tasks.findLast(task => task.startedAt) ??
    tasks[0]
  );
}

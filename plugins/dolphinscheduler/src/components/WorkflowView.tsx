import { useState } from 'react';
import { Alert, Flex, Link, Skeleton, Tab, TabList, TabPanel, Tabs, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type RunDetail,
  type TaskNode,
  type WorkflowDetail,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { useSearchParams } from 'react-router-dom';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks } from '../hooks/useLinks';
import { POLL_SECONDS, useLive } from '../hooks/useLive';
import { STATE_LOOKS } from '../model/states';
import { newestByCode } from '../model/tasks';
import { Announce } from './Announce';
import { Facts } from './Facts';
import { FilterSelect } from './FilterSelect';
import { OwnerLink } from './OwnerLink';
import { Problem } from './Problem';
import { RunsTab } from './RunsTab';
import { ScheduleText } from './ScheduleText';
import { Stale } from './Stale';
import { StateLabel } from './StateLabel';
import { TaskGraph } from './TaskGraph';
import { VersionsTab } from './VersionsTab';
import { Took, When } from './When';
import { WorkflowActions } from './WorkflowActions';

/** A workflow is read again so often while its last run goes on, and while none does, in seconds. */
const BUSY_SECONDS = 5;
const QUIET_SECONDS = 30;

/** So many of the next fire times are shown. */
const NEXT_TIMES = 3;

const TABS = ['graph', 'runs', 'versions'] as const;

export interface WorkflowViewProps {
  readonly workflow: WorkflowRef;
}

/** One workflow: what it is, what can be done with it, its tasks, runs and versions. */
export function WorkflowView({ workflow }: WorkflowViewProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const [params, setParams] = useSearchParams();
  const { value, error, loading, reload } = useLive(() => api.workflow(workflow), {
    key: workflowKey(workflow),
    again: ({ lastRun }) => (lastRun && !lastRun.final ? BUSY_SECONDS : QUIET_SECONDS),
  });
  useChanges(reload, workflow);
  const tab = TABS.find(one => one === params.get('tab')) ?? 'graph';

  if (!value) {
    return error ? (
      <Problem what="This workflow can't be read" error={error} retry={reload} />
    ) : (
      <div aria-busy={loading}>
        <Announce text="The workflow is read" />
        <Skeleton width="40%" height={32} />
        <Skeleton width="100%" height={320} style={{ marginTop: 16 }} />
      </div>
    );
  }
  return (
    <Flex direction="column" gap="4">
      {error && <Problem what="This may be out of date" error={error} retry={reload} />}
      <Stale instance={workflow.instance} read={value} />
      <Heading workflow={value} onChanged={reload} />
      <Tabs
        selectedKey={tab}
        onSelectionChange={key =>
          setParams(
            before => {
              const next = new URLSearchParams(before);
              next.set('tab', String(key));
              return next;
            },
            { replace: true },
          )
        }
      >
        <TabList aria-label="About this workflow">
          <Tab id="graph">Graph</Tab>
          <Tab id="runs">Runs</Tab>
          <Tab id="versions">Versions & drift</Tab>
        </TabList>
        <TabPanel id="graph">
          <GraphTab workflow={value} />
        </TabPanel>
        <TabPanel id="runs">
          <RunsTab workflow={workflow} />
        </TabPanel>
        <TabPanel id="versions">
          <VersionsTab workflow={value} />
        </TabPanel>
      </Tabs>
    </Flex>
  );
}

interface HeadingProps {
  readonly workflow: WorkflowDetail;
  readonly onChanged: () => void;
}

function Heading({ workflow, onChanged }: HeadingProps) {
  const links = useLinks();
  const { lastRun, schedule } = workflow;
  const state = lastRun?.state ?? 'never-run';
  return (
    <Flex direction="column" gap="3">
      <Flex justify="between" align="start" gap="4" style={{ flexWrap: 'wrap' }}>
        <Flex direction="column" gap="1">
          <Text as="h2" variant="title-medium">
            {workflow.name}
          </Text>
          {workflow.description && <Text color="secondary">{workflow.description}</Text>}
        </Flex>
        <WorkflowActions workflow={workflow} onChanged={onChanged} />
      </Flex>
      {!workflow.online && (
        <Alert
          status="warning"
          icon
          title="Offline"
          description="It isn't released in DolphinScheduler: it can't be started, and its schedule rests."
        />
      )}
      {workflow.drifted && (
        <Alert
          status="warning"
          icon
          title="Drifted"
          description="Somebody has edited it in DolphinScheduler since it was applied: see Versions & drift."
        />
      )}
      <Facts
        facts={[
          ['State', <StateLabel key="state" state={state} serverState={lastRun?.serverState} />],
          [
            'Last run',
            lastRun && (
              <Link key="run" href={links.run({ ...workflow, run: lastRun.id })}>
                {lastRun.id} · <When time={lastRun.startedAt} />
              </Link>
            ),
          ],
          ['Took', lastRun && <Took key="took" {...lastRun} />],
          ['Owner', workflow.owner && <OwnerLink owner={workflow.owner} />],
          ['Schedule', <ScheduleText key="schedule" schedule={schedule} next={NEXT_TIMES} />],
          ['Time zone', schedule?.timeZone],
          ['Project', workflow.project],
          ['Instance', workflow.instance],
          ['Tenant', workflow.tenant],
          ['Version', workflow.version],
        ]}
      />
      <Announce text={`Last run: ${STATE_LOOKS[state].word}`} />
    </Flex>
  );
}

/** So many runs can be chosen from. */
const CHOOSE_FROM = 30;

function GraphTab({ workflow }: { readonly workflow: WorkflowDetail }) {
  const api = useApi(dolphinSchedulerApiRef);
  const [chosen, setChosen] = useState<number>();
  const [selected, setSelected] = useState<number>();
  const id = chosen ?? workflow.lastRun?.id;
  const runs = useLive(() => api.runs(workflow, { limit: CHOOSE_FROM }), {
    key: `${workflowKey(workflow)} ${workflow.lastRun?.id}`,
    again: () => false,
    keep: true,
  });
  const run = useLive(
    async () => (id === undefined ? undefined : api.run({ ...workflow, run: id })),
    {
      key: `${workflowKey(workflow)} ${id} ${workflow.lastRun?.id === id && workflow.lastRun?.state}`,
      again: detail => detail !== undefined && !detail.final && POLL_SECONDS,
      keep: true,
    },
  );
  const shown = run.value?.id === id ? run.value : undefined;
  const task = workflow.graph.find(({ code }) => code === selected);
  return (
    <Flex direction="column" gap="3">
      {(runs.value?.items.length ?? 0) > 0 && (
        <div>
          <FilterSelect
            label="States of run"
            value={chosen === undefined ? undefined : String(chosen)}
            anyLabel="The last one"
            options={(runs.value?.items ?? []).map(item => ({
              value: String(item.id),
              label: `${item.id} (${STATE_LOOKS[item.state].word})`,
            }))}
            onChange={value => setChosen(value === undefined ? undefined : Number(value))}
          />
        </div>
      )}
      {run.error && (
        <Problem what="The states can't be read" error={run.error} retry={run.reload} />
      )}
      <TaskGraph
        graph={workflow.graph}
        tasks={shown?.tasks}
        selected={selected}
        onSelect={code => setSelected(code === selected ? undefined : code)}
      />
      {task && <TaskFacts task={task} run={shown} />}
    </Flex>
  );
}

function TaskFacts({
  task,
  run,
}: {
  readonly task: TaskNode;
  readonly run: RunDetail | undefined;
}) {
  const links = useLinks();
  const ran = run && newestByCode(run.tasks).get(task.code);
  return (
    <section aria-label={`Task ${task.name}`}>
      <Facts
        facts={[
          ['Task', task.name],
          ['Id', task.id !== task.name && task.id],
          ['Type', task.type],
          ['State', ran && <StateLabel state={ran.state} serverState={ran.serverState} />],
          ['Started', ran?.startedAt && <When time={ran.startedAt} />],
          ['Took', ran?.startedAt && <Took startedAt={ran.startedAt} endedAt={ran.endedAt} />],
          ['On', ran?.host],
          [
            'Log',
            run && ran && (
              <Link href={links.run({ ...run, run: run.id }, ran.id)}>Read its log</Link>
            ),
          ],
        ]}
      />
    </section>
  );
}

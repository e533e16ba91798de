import { Card, CardBody, CardFooter, CardHeader, Link, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import { MissingAnnotationEmptyState, useEntity } from '@backstage/plugin-catalog-react';
import {
  ANNOTATIONS,
  workflowKey,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks } from '../hooks/useLinks';
import { useLive } from '../hooks/useLive';
import { workflowOf } from '../model/entity';
import { Facts } from './Facts';
import { Problem } from './Problem';
import { ScheduleText } from './ScheduleText';
import { StateLabel } from './StateLabel';
import { Took, When } from './When';

/** The card is read again so often while a run goes on, and while none does, in seconds. */
const BUSY_SECONDS = 5;
const QUIET_SECONDS = 60;

/** How the workflow of an entity is. */
export function EntityCard() {
  const { entity } = useEntity();
  const workflow = workflowOf(entity);
  return workflow ? (
    <WorkflowCard workflow={workflow} />
  ) : (
    <MissingAnnotationEmptyState annotation={Object.values(ANNOTATIONS)} />
  );
}

function WorkflowCard({ workflow }: { readonly workflow: WorkflowRef }) {
  const api = useApi(dolphinSchedulerApiRef);
  const links = useLinks();
  const { value, error, loading, reload } = useLive(() => api.workflow(workflow), {
    key: workflowKey(workflow),
    again: ({ lastRun }) => (lastRun && !lastRun.final ? BUSY_SECONDS : QUIET_SECONDS),
  });
  useChanges(reload, workflow);
  const lastRun = value?.lastRun;
  return (
    <Card>
      <CardHeader>
        <Text as="h2" variant="title-x-small">
          Workflow
        </Text>
      </CardHeader>
      <CardBody>
        {loading && <Skeleton width="100%" height={64} />}
        {error && <Problem what="The workflow can't be read" error={error} retry={reload} />}
        {value && (
          <Facts
            facts={[
              [
                'State',
                <StateLabel
                  key="state"
                  state={lastRun?.state ?? 'never-run'}
                  serverState={lastRun?.serverState}
                />,
              ],
              [
                'Last run',
                lastRun && (
                  <Link key="run" href={links.run({ ...value, run: lastRun.id })}>
                    {lastRun.id} · <When time={lastRun.startedAt} />
                  </Link>
                ),
              ],
              ['Took', lastRun && <Took key="took" {...lastRun} />],
              ['Schedule', <ScheduleText key="schedule" schedule={value.schedule} next={1} />],
              ['Online', value.online ? 'yes' : 'no: it can’t be started'],
              ['Drift', value.drifted && 'edited in DolphinScheduler since it was applied'],
            ]}
          />
        )}
      </CardBody>
      <CardFooter>
        <Link href={links.workflow(workflow)}>Graph, runs and logs</Link>
      </CardFooter>
    </Card>
  );
}

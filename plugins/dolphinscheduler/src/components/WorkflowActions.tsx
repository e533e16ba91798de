import { useState } from 'react';
import { Flex } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type { WorkflowDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  RiCalendarCheckLine,
  RiCalendarCloseLine,
  RiHistoryLine,
  RiPlayLine,
} from '@remixicon/react';
import { useNavigate } from 'react-router-dom';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
import { useLinks } from '../hooks/useLinks';
import { notAllowed } from '../model/states';
import { ActionButton } from './ActionButton';
import { Announce } from './Announce';
import { BackfillDialog } from './BackfillDialog';
import { Problem } from './Problem';
import { tellRuns } from './RunCalendar';
import { StartDialog } from './StartDialog';

export interface WorkflowActionsProps {
  readonly workflow: WorkflowDetail;
  /** Something has changed: read anew. */
  readonly onChanged: () => void;
}

/** What can be done with a workflow; what can't says why. */
export function WorkflowActions({ workflow, onChanged }: WorkflowActionsProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const links = useLinks();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'start' | 'backfill'>();
  const [said, setSaid] = useState('');
  const schedule = useAction(async (verb: 'pause' | 'resume') => {
    await api.schedule(workflow, verb);
    setSaid(verb === 'pause' ? 'The schedule is paused.' : 'The schedule is on.');
    onChanged();
  });
  const { allowed } = workflow;
  const offline = workflow.online
    ? undefined
    : 'It is offline: apply it, or release it in DolphinScheduler.';
  const unscheduled = workflow.schedule ? undefined : 'It has no schedule.';
  const active = workflow.schedule?.active ?? false;

  return (
    <Flex direction="column" gap="2">
      <Flex gap="2">
        <ActionButton
          label="Start"
          icon={<RiPlayLine />}
          variant="primary"
          reason={notAllowed(allowed, 'run', 'start this workflow') ?? offline}
          onPress={() => setOpen('start')}
        />
        <ActionButton
          label="Backfill"
          icon={<RiHistoryLine />}
          reason={
            notAllowed(allowed, 'backfill', 'run this workflow for past times') ??
            offline ??
            unscheduled
          }
          onPress={() => setOpen('backfill')}
        />
        <ActionButton
          label={active || !workflow.schedule ? 'Pause schedule' : 'Resume schedule'}
          icon={active ? <RiCalendarCloseLine /> : <RiCalendarCheckLine />}
          isPending={schedule.pending}
          reason={
            notAllowed(allowed, 'schedule', "pause or resume this workflow's schedule") ??
            unscheduled ??
            (active ? undefined : offline)
          }
          onPress={() => void schedule.act(active ? 'pause' : 'resume')}
        />
      </Flex>
      {schedule.error && <Problem what="The schedule couldn't be changed" error={schedule.error} />}
      <Announce text={said} />
      {open === 'start' && (
        <StartDialog
          workflow={workflow}
          onClose={() => setOpen(undefined)}
          onStarted={run => {
            setOpen(undefined);
            onChanged();
            navigate(links.run({ ...workflow, run }));
          }}
        />
      )}
      {open === 'backfill' && (
        <BackfillDialog
          workflow={workflow}
          onClose={() => setOpen(undefined)}
          onStarted={({ times }) => {
            setOpen(undefined);
            setSaid(`${tellRuns(times.length)} have been asked for.`);
            onChanged();
            navigate(links.workflow(workflow, 'runs'));
          }}
        />
      )}
    </Flex>
  );
}

import { useState, type ReactElement } from 'react';
import { Button, Dialog, DialogBody, DialogFooter, DialogHeader, Flex, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type { RunInfo, RunRef, RunVerb, Verb } from '@dolphinstage/plugin-dolphinscheduler-common';
import { RiPauseLine, RiPlayLine, RiRepeatLine, RiRestartLine, RiStopLine } from '@remixicon/react';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
import { runActions } from '../model/states';
import { ActionButton } from './ActionButton';
import { Announce } from './Announce';
import { Problem } from './Problem';

const ICONS: Readonly<Record<RunVerb, ReactElement>> = {
  pause: <RiPauseLine />,
  resume: <RiPlayLine />,
  stop: <RiStopLine />,
  repeat: <RiRepeatLine />,
  recover: <RiRestartLine />,
};

export interface RunActionsProps {
  readonly run: RunInfo;
  readonly target: RunRef;
  /** Absent: not known yet. */
  readonly allowed: readonly Verb[] | undefined;
  readonly onChanged: () => void;
}

/** What can be done to a run. */
export function RunActions({ run, target, allowed, onChanged }: RunActionsProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState('');
  const control = useAction(async (verb: RunVerb) => {
    await api.control(target, verb);
    setSaid(`Asked for: ${verb}`);
    onChanged();
  });
  return (
    <Flex direction="column" gap="2">
      <Flex gap="2" style={{ flexWrap: 'wrap' }}>
        {runActions(run, allowed).map(({ verb, label, reason }) => (
          <ActionButton
            key={verb}
            label={label}
            icon={ICONS[verb]}
            reason={reason}
            isPending={control.pending}
            onPress={() => (verb === 'stop' ? setAsking(true) : void control.act(verb))}
          />
        ))}
      </Flex>
      {control.error && <Problem what="It couldn't be done" error={control.error} />}
      <Announce text={said} />
      {asking && (
        <Dialog isOpen onOpenChange={open => !open && setAsking(false)}>
          <DialogHeader>Stop run {run.id}?</DialogHeader>
          <DialogBody>
            <Text>Its running tasks are killed where they are.</Text>
          </DialogBody>
          <DialogFooter>
            <Button variant="secondary" onPress={() => setAsking(false)}>
              Let it run
            </Button>
            <Button
              variant="primary"
              destructive
              onPress={() => {
                setAsking(false);
                void control.act('stop');
              }}
            >
              Stop it
            </Button>
          </DialogFooter>
        </Dialog>
      )}
    </Flex>
  );
}

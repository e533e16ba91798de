import { useState } from 'react';
import {
  Button,
  Checkbox,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Flex,
} from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type { WorkflowDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
import { readFields, type FieldTexts } from '../model/params';
import { ParamFields } from './ParamFields';
import { Problem } from './Problem';

export interface StartDialogProps {
  readonly workflow: WorkflowDetail;
  readonly onClose: () => void;
  readonly onStarted: (run: number) => void;
}

/** Asks for the parameters of a run, and starts it. */
export function StartDialog({ workflow, onClose, onStarted }: StartDialogProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const [texts, setTexts] = useState<FieldTexts>({});
  const [dryRun, setDryRun] = useState(false);
  const [tried, setTried] = useState(false);
  const { values, problems } = readFields(workflow.params, texts);
  const start = useAction(async () => {
    const { run } = await api.start(workflow, {
      ...(Object.keys(values).length > 0 && { params: values }),
      ...(dryRun && { dryRun }),
    });
    onStarted(run);
  });
  const submit = () => {
    setTried(true);
    if (Object.keys(problems).length === 0) {
      void start.act();
    }
  };

  return (
    <Dialog isOpen onOpenChange={open => !open && onClose()} width={520}>
      <DialogHeader>Start {workflow.name}</DialogHeader>
      <DialogBody>
        <form
          id="dolphinscheduler-start"
          noValidate
          onSubmit={event => {
            event.preventDefault();
            submit();
          }}
        >
          <Flex direction="column" gap="4">
            <ParamFields
              params={workflow.params}
              texts={texts}
              problems={tried ? problems : {}}
              onChange={setTexts}
            />
            <Checkbox isSelected={dryRun} onChange={setDryRun}>
              Dry run: go through the tasks without running them
            </Checkbox>
            {start.error && <Problem what="It couldn't be started" error={start.error} />}
          </Flex>
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          Cancel
        </Button>
        <Button
          variant="primary"
          type="submit"
          form="dolphinscheduler-start"
          isPending={start.pending}
        >
          Start
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

import { useState } from 'react';
import { Checkbox } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type { WorkflowDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
import { readFields, type FieldTexts } from '../model/params';
import { FormDialog } from './FormDialog';
import { ParamFields } from './ParamFields';

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
    <FormDialog
      title={`Start ${workflow.name}`}
      width={520}
      submitLabel="Start"
      isPending={start.pending}
      error={start.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <ParamFields
        params={workflow.params}
        texts={texts}
        problems={tried ? problems : {}}
        onChange={setTexts}
      />
      <Checkbox isSelected={dryRun} onChange={setDryRun}>
        Dry run: go through the tasks without running them
      </Checkbox>
    </FormDialog>
  );
}

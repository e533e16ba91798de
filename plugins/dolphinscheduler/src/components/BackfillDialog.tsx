import { useEffect, useState } from 'react';
import { Flex, NumberField, Radio, RadioGroup, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type {
  BackfillAnswer,
  BackfillRequest,
  WorkflowDetail,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
import { useSettled } from '../hooks/useSettled';
import { isDay, readFields, type FieldTexts } from '../model/params';
import { FormDialog } from './FormDialog';
import { InputField } from './InputField';
import { ParamFields } from './ParamFields';
import { Problem } from './Problem';
import { RunCalendar, tellRuns } from './RunCalendar';

export interface BackfillDialogProps {
  readonly workflow: WorkflowDetail;
  readonly onClose: () => void;
  readonly onStarted: (answer: BackfillAnswer) => void;
}

/** Asks for which days a workflow shall run again, shows for which times that is, and starts it. */
export function BackfillDialog({ workflow, onClose, onStarted }: BackfillDialogProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [mode, setMode] = useState<BackfillRequest['mode']>('serial');
  const [parallelism, setParallelism] = useState(2);
  const [texts, setTexts] = useState<FieldTexts>({});
  const [tried, setTried] = useState(false);

  const { values, problems } = readFields(workflow.params, texts);
  const days = dayProblems(from, until);
  const daysRight = !days.from && !days.until;
  const preview = usePreview(workflow, useSettled(daysRight ? `${from} ${until}` : '', 300));
  const start = useAction(async () => {
    onStarted(
      await api.backfill(workflow, {
        from,
        until,
        mode,
        ...(mode === 'parallel' && { parallelism }),
        ...(Object.keys(values).length > 0 && { params: values }),
      }),
    );
  });
  const submit = () => {
    setTried(true);
    if (daysRight && Object.keys(problems).length === 0) {
      void start.act();
    }
  };
  const timeZone = workflow.schedule?.timeZone;

  return (
    <FormDialog
      title={`Backfill ${workflow.name}`}
      width={640}
      submitLabel={preview.times ? `Start ${tellRuns(preview.times.length)}` : 'Start'}
      isPending={start.pending}
      isDisabled={preview.times?.length === 0}
      error={start.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text color="secondary">
        It runs once for each time of its schedule from the first day until the last one, both
        included{timeZone && `, in ${timeZone}`}.
      </Text>
      <Flex gap="3">
        <InputField
          label="From"
          type="date"
          isRequired
          value={from}
          onChange={setFrom}
          problem={tried ? days.from : undefined}
        />
        <InputField
          label="Until"
          type="date"
          isRequired
          value={until}
          onChange={setUntil}
          problem={tried || (from && until) ? days.until : undefined}
        />
      </Flex>
      <RadioGroup
        label="The runs go"
        orientation="horizontal"
        value={mode}
        onChange={chosen => setMode(chosen === 'parallel' ? 'parallel' : 'serial')}
      >
        <Radio value="serial">one after the other</Radio>
        <Radio value="parallel">side by side</Radio>
      </RadioGroup>
      {mode === 'parallel' && (
        <NumberField
          label="At most side by side"
          value={parallelism}
          minValue={1}
          maxValue={100}
          onChange={chosen => setParallelism(Number.isFinite(chosen) ? chosen : 1)}
        />
      )}
      {workflow.params.length > 0 && (
        <ParamFields
          params={workflow.params}
          texts={texts}
          problems={tried ? problems : {}}
          onChange={setTexts}
        />
      )}
      <div role="status" aria-live="polite">
        {preview.pending && <Skeleton width="100%" height={120} />}
        {preview.error && <Problem what="The times can't be worked out" error={preview.error} />}
        {preview.times && (
          <>
            <Text weight="bold">{tellRuns(preview.times.length)}</Text>
            <RunCalendar times={preview.times} timeZone={timeZone} />
          </>
        )}
      </div>
    </FormDialog>
  );
}

interface Preview {
  readonly pending?: boolean;
  readonly error?: Error;
  readonly times?: readonly string[];
}

function usePreview(workflow: WorkflowDetail, days: string): Preview {
  const api = useApi(dolphinSchedulerApiRef);
  const { instance, project, code } = workflow;
  const [preview, setPreview] = useState<Preview>({});
  useEffect(() => {
    const [from, until] = days.split(' ');
    if (!from || !until) {
      setPreview({});
      return undefined;
    }
    let over = false;
    setPreview({ pending: true });
    api.previewBackfill({ instance, project, code }, { from, until, mode: 'serial' }).then(
      ({ times }) => !over && setPreview({ times }),
      (error: Error) => !over && setPreview({ error }),
    );
    return () => {
      over = true;
    };
  }, [api, instance, project, code, days]);
  return preview;
}

function dayProblems(from: string, until: string): { from?: string; until?: string } {
  if (!isDay(from)) {
    return { from: 'Say the first day.', until: isDay(until) ? undefined : 'Say the last day.' };
  }
  if (!isDay(until)) {
    return { until: 'Say the last day.' };
  }
  return until < from ? { until: 'The last day is before the first one.' } : {};
}

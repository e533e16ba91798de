import { useMemo } from 'react';
import { useParams } from 'react-router-dom';
import type { WorkflowRef } from '@dolphinstage/plugin-dolphinscheduler-common';

/** The workflow that the page's address names; undefined where it names none. */
export function useWorkflowParams(): WorkflowRef | undefined {
  const { instance, project, code } = useParams();
  return useMemo(
    () =>
      instance && project && code && /^\d{1,16}$/.test(code)
        ? { instance, project, code: Number(code) }
        : undefined,
    [instance, project, code],
  );
}

/** The run that the page's address names. */
export function useRunParam(): number | undefined {
  const { run } = useParams();
  return run && /^\d{1,12}$/.test(run) ? Number(run) : undefined;
}

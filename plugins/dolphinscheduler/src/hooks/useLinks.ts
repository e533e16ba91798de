import { useMemo } from 'react';
import { useRouteRef } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type RunRef,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { rootRouteRef } from '../routes';

export interface Links {
  list(search?: Readonly<Record<string, string>>): string;
  workflow(ref: WorkflowRef, tab?: string): string;
  run(ref: RunRef, task?: number): string;
}

/** Where the plugin's pages are in this app. Each part is encoded here: a project's name is any text. */
export function useLinks(): Links {
  const root = useRouteRef(rootRouteRef)();
  return useMemo(
    () => ({
      list: search => {
        const query = new URLSearchParams(search).toString();
        return query ? `${root}?${query}` : root;
      },
      workflow: (ref, tab) => `${root}/${workflowKey(ref)}${tab ? `?tab=${tab}` : ''}`,
      run: (ref, task) =>
        `${root}/${workflowKey(ref)}/runs/${ref.run}${task === undefined ? '' : `?task=${task}`}`,
    }),
    [root],
  );
}

import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { WorkflowQuery } from '@dolphinstage/plugin-dolphinscheduler-common';
import { FILTER_STATES } from '../model/states';

/** Rows a page, unless the address says another. */
export const PAGE_SIZE = 50;

const SORTS = ['name', 'project', 'owner', 'lastRun', 'updatedAt'] as const;

/** What the list is asked for lies in the page's address: it can be bookmarked, sent, and gone back to. */
export function useListQuery(): readonly [WorkflowQuery, (change: Partial<WorkflowQuery>) => void] {
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => readQuery(params), [params]);
  const change = useCallback(
    (changed: Partial<WorkflowQuery>) =>
      setParams(
        before => {
          // Another filter starts at its first page.
          const next = { ...readQuery(before), offset: 0, ...changed };
          return writeQuery(before, next);
        },
        { replace: true },
      ),
    [setParams],
  );
  return [query, change];
}

function readQuery(params: URLSearchParams): WorkflowQuery {
  const text = (name: string) => params.get(name) || undefined;
  const drifted = params.get('drifted');
  return {
    instance: text('instance'),
    project: text('project'),
    owner: text('owner'),
    tenant: text('tenant'),
    state: FILTER_STATES.find(state => state === params.get('state')),
    drifted: drifted === 'true' || (drifted === 'false' ? false : undefined),
    search: text('search'),
    sort: SORTS.find(sort => sort === params.get('sort')) ?? 'name',
    order: params.get('order') === 'desc' ? 'desc' : 'asc',
    offset: whole(params.get('offset'), 0, Number.MAX_SAFE_INTEGER),
    limit: whole(params.get('limit'), PAGE_SIZE, 1000),
  };
}

const DEFAULTS: WorkflowQuery = { sort: 'name', order: 'asc', offset: 0, limit: PAGE_SIZE };

function writeQuery(before: URLSearchParams, query: WorkflowQuery): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === DEFAULTS[name as keyof WorkflowQuery]) {
      next.delete(name);
    } else {
      next.set(name, String(value));
    }
  }
  return next;
}

function whole(text: string | null, otherwise: number, most: number): number {
  return text && /^\d{1,9}$/.test(text) ? Math.min(Number(text), most) || otherwise : otherwise;
}

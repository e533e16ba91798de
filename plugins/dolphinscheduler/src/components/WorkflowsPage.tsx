import { useEffect, useRef, useState } from 'react';
import { Alert, Button, Flex, SearchField, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type {
  InstanceInfo,
  WorkflowList,
  WorkflowQuery,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useListQuery } from '../hooks/useListQuery';
import { useLive } from '../hooks/useLive';
import { tellOwner } from '../model/owner';
import { FILTER_STATES, STATE_LOOKS } from '../model/states';
import { Announce } from './Announce';
import { FilterSelect } from './FilterSelect';
import { Problem } from './Problem';
import { WorkflowsTable } from './WorkflowsTable';
import styles from './WorkflowsPage.module.css';

/** The list is read again so often while somebody looks at it, in seconds. */
const LIST_SECONDS = 15;

/** How long the typing must rest before the search is asked for, in ms. */
const SEARCH_REST = 300;

/** For screen readers: how many there are, and which of them stand on this page. */
function tellShown({ total, items }: WorkflowList, { offset = 0 }: WorkflowQuery): string {
  const all = `${total} workflows`;
  return items.length === total ? all : `${all}, ${offset + 1} to ${offset + items.length} shown`;
}

/** All workflows that the reader may see. */
export function WorkflowsPage() {
  const api = useApi(dolphinSchedulerApiRef);
  const [query, change] = useListQuery();
  const list = useLive(() => api.workflows(query), {
    key: JSON.stringify(query),
    again: () => LIST_SECONDS,
    keep: true,
  });
  useChanges(list.reload);
  return (
    <Flex direction="column" gap="4">
      <Filters query={query} change={change} facets={list.value} />
      {list.value?.instances.map(instance => (
        <InstanceProblem key={instance.name} {...instance} />
      ))}
      {list.error && (
        <Problem what="The workflows can't be read" error={list.error} retry={list.reload} />
      )}
      <Announce text={list.value ? tellShown(list.value, query) : 'The workflows are read'} />
      {!(list.error && !list.value) && (
        <WorkflowsTable
          {...{ query, change }}
          list={list.value}
          isReading={list.loading}
          nothing={<Nothing query={query} change={change} />}
        />
      )}
    </Flex>
  );
}

interface FiltersProps {
  readonly query: WorkflowQuery;
  readonly change: (change: Partial<WorkflowQuery>) => void;
  readonly facets: WorkflowList | undefined;
}

function Filters({ query, change, facets }: FiltersProps) {
  const texts = (values: readonly string[] = []) => values.map(value => ({ value, label: value }));
  return (
    <div className={styles.filters} role="search" aria-label="Workflows">
      <Search value={query.search} onChange={search => change({ search })} />
      <FilterSelect
        label="Owner"
        value={query.owner}
        options={(facets?.facets.owners ?? []).map(value => ({ value, label: tellOwner(value) }))}
        onChange={owner => change({ owner })}
      />
      <FilterSelect
        label="Project"
        value={query.project}
        options={texts(facets?.facets.projects)}
        onChange={project => change({ project })}
      />
      <FilterSelect
        label="Tenant"
        value={query.tenant}
        options={texts(facets?.facets.tenants)}
        onChange={tenant => change({ tenant })}
      />
      <FilterSelect
        label="State"
        value={query.state}
        options={FILTER_STATES.map(value => ({ value, label: STATE_LOOKS[value].word }))}
        onChange={state => change({ state: FILTER_STATES.find(each => each === state) })}
      />
      <FilterSelect
        label="Drift"
        value={query.drifted === undefined ? undefined : String(query.drifted)}
        options={[
          { value: 'true', label: 'Drifted' },
          { value: 'false', label: 'As applied' },
        ]}
        onChange={drifted =>
          change({ drifted: drifted === undefined ? undefined : drifted === 'true' })
        }
      />
      {(facets?.instances.length ?? 0) > 1 && (
        <FilterSelect
          label="Instance"
          value={query.instance}
          options={texts(facets?.instances.map(instance => instance.name))}
          onChange={instance => change({ instance })}
        />
      )}
    </div>
  );
}

/** The text search: it follows the typing, and the address follows it a moment later. */
function Search({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const told = useRef(value ?? '');
  useEffect(() => {
    // The address has changed by itself (back, a link): the field follows.
    if ((value ?? '') !== told.current) {
      told.current = value ?? '';
      setText(value ?? '');
    }
  }, [value]);
  useEffect(() => {
    if (text === told.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text || undefined);
    }, SEARCH_REST);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <SearchField
      label="Search"
      size="small"
      placeholder="Name, id or description"
      value={text}
      onChange={setText}
    />
  );
}

function InstanceProblem({ name, reachable, problem, readAt }: InstanceInfo) {
  if (reachable) {
    return null;
  }
  return (
    <Alert
      status="warning"
      icon
      title={`${name} can't be reached${problem ? `: ${problem}` : ''}`}
      description={
        readAt
          ? `Its workflows are shown as they were at ${new Date(readAt).toLocaleString()}.`
          : 'Its workflows will be here once it answers. Is DolphinScheduler up, and are its address and token in app-config.yaml right?'
      }
    />
  );
}

const FILTERS = ['instance', 'project', 'owner', 'tenant', 'state', 'drifted', 'search'] as const;

function Nothing({ query, change }: Pick<FiltersProps, 'query' | 'change'>) {
  const filtered = FILTERS.some(name => query[name] !== undefined);
  return (
    <Flex direction="column" align="center" gap="2" p="6">
      <Text variant="title-x-small" as="h2">
        {filtered ? 'No workflow fits these filters' : 'There are no workflows yet'}
      </Text>
      {filtered ? (
        <Button
          variant="secondary"
          onPress={() => change(Object.fromEntries(FILTERS.map(name => [name, undefined])))}
        >
          Clear the filters
        </Button>
      ) : (
        <Text color="secondary">
          Write one and apply it with “dolphinstage apply”, or make one with a template; or ask for
          the permission to see those that are there.
        </Text>
      )}
    </Flex>
  );
}

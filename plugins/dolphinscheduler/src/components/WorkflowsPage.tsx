import { useEffect, useMemo, useRef, useState } from 'react';
import {
  Alert,
  Button,
  Cell,
  CellText,
  Flex,
  Link,
  SearchField,
  Table,
  Text,
  type ColumnConfig,
} from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type InstanceInfo,
  type WorkflowInfo,
  type WorkflowList,
  type WorkflowQuery,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks, type Links } from '../hooks/useLinks';
import { PAGE_SIZE, useListQuery } from '../hooks/useListQuery';
import { useLive } from '../hooks/useLive';
import { tellOwner } from '../model/owner';
import { FILTER_STATES, STATE_LOOKS } from '../model/states';
import { Announce } from './Announce';
import { FilterSelect } from './FilterSelect';
import { Problem } from './Problem';
import { ScheduleText } from './ScheduleText';
import { StateLabel } from './StateLabel';
import { When } from './When';
import styles from './WorkflowsPage.module.css';

/** The list is read again so often while somebody looks at it, in seconds. */
const LIST_SECONDS = 15;

/** About that of a row with two lines, in CSS pixels. */
const ROW_HEIGHT = 57;

/** Of more rows than about fit a window only those in view are drawn: drawing fifty takes two seconds. */
const DRAWN_ROWS = 15;

/** How long the typing must rest before the search is asked for, in ms. */
const SEARCH_REST = 300;

/** All workflows that the reader may see. */
export function WorkflowsPage() {
  const api = useApi(dolphinSchedulerApiRef);
  const links = useLinks();
  const [query, change] = useListQuery();
  const list = useLive(() => api.workflows(query), {
    key: JSON.stringify(query),
    again: () => LIST_SECONDS,
    keep: true,
  });
  useChanges(list.reload);
  const columns = useMemo(() => columnsOf(links), [links]);
  const rows = useMemo(() => list.value?.items.map(rowOf), [list.value?.items]);

  const isLong = (rows?.length ?? 0) > DRAWN_ROWS;
  return (
    <Flex direction="column" gap="4">
      <Filters query={query} change={change} facets={list.value} />
      {list.value?.instances.map(instance => (
        <InstanceProblem key={instance.name} {...instance} />
      ))}
      {list.error && (
        <Problem what="The workflows can't be read" error={list.error} retry={list.reload} />
      )}
      <Announce text={list.value ? `${list.value.total} workflows` : 'The workflows are read'} />
      {!(list.error && !list.value) && (
        <div className={isLong ? styles.long : undefined}>
          <Table<Row>
            columnConfig={columns}
            data={rows}
            virtualized={isLong && { estimatedRowHeight: ROW_HEIGHT }}
            isPending={list.loading && !list.value}
            isStale={list.loading}
            sort={{
              descriptor: {
                column: query.sort ?? 'name',
                direction: query.order === 'desc' ? 'descending' : 'ascending',
              },
              onSortChange: ({ column, direction }) =>
                change({
                  sort: column as WorkflowQuery['sort'],
                  order: direction === 'descending' ? 'desc' : 'asc',
                }),
            }}
            pagination={paginationOf(query, list.value, change)}
            emptyState={<Nothing query={query} change={change} />}
          />
        </div>
      )}
    </Flex>
  );
}

type Row = Omit<WorkflowInfo, 'id'> & { id: string; workflowId?: string };

/** The table draws a row again when it is another object. */
const rowsByItem = new WeakMap<WorkflowInfo, Row>();

function rowOf(item: WorkflowInfo): Row {
  const row = rowsByItem.get(item) ?? { ...item, id: workflowKey(item), workflowId: item.id };
  rowsByItem.set(item, row);
  return row;
}

function columnsOf(links: Links): readonly ColumnConfig<Row>[] {
  return [
    {
      id: 'name',
      label: 'Workflow',
      isRowHeader: true,
      isSortable: true,
      defaultWidth: '3fr',
      cell: row => (
        <Cell>
          <Flex direction="column" gap="0">
            <Link href={links.workflow(row)} weight="bold" variant="body-medium">
              {row.name}
            </Link>
            <Flex gap="2">
              {row.workflowId && row.workflowId !== row.name && (
                <Text variant="body-small" color="secondary">
                  {row.workflowId}
                </Text>
              )}
              {row.drifted && (
                <span
                  className={styles.mark}
                  data-tone="warning"
                  title="Edited in DolphinScheduler since it was applied"
                >
                  Drifted
                </span>
              )}
              {!row.online && (
                <span className={styles.mark} title="It isn't released: it can't be started">
                  Offline
                </span>
              )}
            </Flex>
          </Flex>
        </Cell>
      ),
    },
    {
      id: 'project',
      label: 'Project',
      isSortable: true,
      cell: row => <CellText title={row.project} description={row.instance} />,
    },
    {
      id: 'owner',
      label: 'Owner',
      isSortable: true,
      cell: row => (
        <CellText
          title={row.owner ? tellOwner(row.owner) : '–'}
          description={row.tenant && `tenant ${row.tenant}`}
        />
      ),
    },
    {
      id: 'state',
      label: 'State',
      cell: row => (
        <Cell>
          <StateLabel
            state={row.lastRun?.state ?? 'never-run'}
            serverState={row.lastRun?.serverState}
          />
        </Cell>
      ),
    },
    {
      id: 'lastRun',
      label: 'Last run',
      isSortable: true,
      cell: row => (
        <Cell>
          {row.lastRun ? (
            <Link
              href={links.run({ ...row, run: row.lastRun.id })}
              variant="body-medium"
              aria-label={`Last run of ${row.name}`}
            >
              <When time={row.lastRun.startedAt} />
            </Link>
          ) : (
            '–'
          )}
        </Cell>
      ),
    },
    {
      id: 'schedule',
      label: 'Schedule',
      cell: row => (
        <Cell>
          <ScheduleText schedule={row.schedule} />
        </Cell>
      ),
    },
  ];
}

function paginationOf(
  query: WorkflowQuery,
  list: WorkflowList | undefined,
  change: (change: Partial<WorkflowQuery>) => void,
) {
  const offset = query.offset ?? 0;
  const limit = query.limit ?? PAGE_SIZE;
  const total = list?.total ?? 0;
  return {
    type: 'page' as const,
    pageSize: limit,
    pageSizeOptions: [25, 50, 100, 250],
    offset,
    totalCount: total,
    hasNextPage: offset + limit < total,
    hasPreviousPage: offset > 0,
    onNextPage: () => change({ offset: offset + limit }),
    onPreviousPage: () => change({ offset: Math.max(0, offset - limit) }),
    onPageSizeChange: (size: number) => change({ limit: size }),
  };
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

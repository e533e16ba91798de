import { useMemo, type KeyboardEvent, type ReactNode } from 'react';
import {
  Cell,
  CellText,
  Flex,
  Link,
  Table,
  TablePagination,
  Text,
  type ColumnConfig,
} from '@backstage/ui';
import {
  workflowKey,
  type WorkflowInfo,
  type WorkflowList,
  type WorkflowQuery,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { useLinks, type Links } from '../hooks/useLinks';
import { PAGE_SIZE } from '../hooks/useListQuery';
import { tellOwner } from '../model/owner';
import { ScheduleText } from './ScheduleText';
import { StateLabel } from './StateLabel';
import { When } from './When';
import styles from './WorkflowsTable.module.css';

/** Of a row with two lines, in CSS pixels; of one that is drawn it is measured. */
const ROW_HEIGHT = 65;

/** Of more rows than about fit a window only those in view are drawn: drawing fifty takes two seconds. */
const DRAWN_ROWS = 15;

const PAGE_SIZES = [25, PAGE_SIZE, 100, 250];

export interface WorkflowsTableProps {
  /** Absent: it hasn't come yet. */
  readonly list: WorkflowList | undefined;
  readonly isReading: boolean;
  readonly query: WorkflowQuery;
  readonly change: (change: Partial<WorkflowQuery>) => void;
  /** What stands there where there are none. */
  readonly nothing: ReactNode;
}

const MOVES = ['Home', 'End', 'PageUp', 'PageDown'];

/**
 * At these keys React Aria moves the focus, within the row, by a page or to the table's ends, and lets the browser scroll
 * the table besides: to where the focus isn't.
 */
function keepPlace(event: KeyboardEvent) {
  const inTable = (event.target as Element).closest('[role="grid"]') !== null;
  if (inTable && MOVES.includes(event.key)) event.preventDefault();
}

/** A page of workflows. */
export function WorkflowsTable({ list, isReading, query, change, nothing }: WorkflowsTableProps) {
  const links = useLinks();
  const columns = useMemo(() => columnsOf(links), [links]);
  const rows = useMemo(() => list?.items.map(rowOf), [list?.items]);
  // Of a longer page only what is in view is drawn: each row costs some milliseconds.
  const isLong = (rows?.length ?? 0) > DRAWN_ROWS;
  return (
    <div role="presentation" className={isLong ? styles.long : undefined} onKeyDown={keepPlace}>
      <Table<Row>
        // It looks for what scrolls only once.
        key={isLong ? 'long' : 'short'}
        columnConfig={columns}
        data={rows}
        virtualized={isLong && { estimatedRowHeight: ROW_HEIGHT }}
        isPending={isReading && !list}
        isStale={isReading}
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
        pagination={{ type: 'none' }}
        emptyState={nothing}
      />
      <TablePagination {...paginationOf(query, list?.total ?? 0, change)} />
    </div>
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

function paginationOf(query: WorkflowQuery, total: number, change: WorkflowsTableProps['change']) {
  const offset = query.offset ?? 0;
  const limit = query.limit ?? PAGE_SIZE;
  return {
    pageSize: limit,
    // An address may ask for another one.
    pageSizeOptions: [...new Set([...PAGE_SIZES, limit])].sort((a, b) => a - b),
    showPageSizeOptions: true,
    offset,
    totalCount: total,
    hasNextPage: offset + limit < total,
    hasPreviousPage: offset > 0,
    onNextPage: () => change({ offset: offset + limit }),
    onPreviousPage: () => change({ offset: Math.max(0, offset - limit) }),
    onPageSizeChange: (size: number) => change({ limit: size }),
  };
}

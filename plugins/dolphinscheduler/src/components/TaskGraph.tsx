import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Button, Flex, ToggleButton, ToggleButtonGroup, Text } from '@backstage/ui';
import type { RunTask, TaskNode } from '@dolphinstage/plugin-dolphinscheduler-common';
import { layOut, NODE_HEIGHT, NODE_WIDTH, type PlacedEdge, type PlacedTask } from '../model/layout';
import { STATE_LOOKS, type AnyState } from '../model/states';
import { newestByCode } from '../model/tasks';
import { PickButton, PlainTable } from './PlainTable';
import { StateLabel } from './StateLabel';
import styles from './TaskGraph.module.css';

export interface TaskGraphProps {
  readonly graph: readonly TaskNode[];
  /** The tasks of the run whose states are shown; without: states aren't shown. */
  readonly tasks?: readonly RunTask[];
  readonly selected?: number;
  readonly onSelect?: (code: number) => void;
}

const ZOOMS = [0.25, 0.4, 0.55, 0.7, 0.85, 1, 1.25, 1.5, 2] as const;

/** A workflow's tasks, as a drawing or as a list. */
export function TaskGraph(props: TaskGraphProps) {
  const { graph, tasks } = props;
  const [view, setView] = useState<'drawing' | 'list'>('drawing');
  const states = useMemo(() => statesOf(graph, tasks), [graph, tasks]);
  if (graph.length === 0) {
    return <Text color="secondary">This workflow has no tasks.</Text>;
  }
  return (
    <Flex direction="column" gap="2">
      <ToggleButtonGroup
        aria-label="Show the tasks as"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[view]}
        onSelectionChange={keys => setView(keys.has('list') ? 'list' : 'drawing')}
      >
        <ToggleButton id="drawing">Graph</ToggleButton>
        <ToggleButton id="list">List</ToggleButton>
      </ToggleButtonGroup>
      {view === 'drawing' ? (
        <Drawing {...props} states={states} />
      ) : (
        <TaskList {...props} states={states} />
      )}
    </Flex>
  );
}

type States = ReadonlyMap<number, AnyState>;

function statesOf(
  graph: readonly TaskNode[],
  tasks: readonly RunTask[] | undefined,
): States | undefined {
  if (!tasks) {
    return undefined;
  }
  const newest = newestByCode(tasks);
  return new Map(graph.map(task => [task.code, newest.get(task.code)?.state ?? 'not-started']));
}

function aboutOf({ type, enabled }: TaskNode, state: AnyState | undefined): string {
  const words = [state && STATE_LOOKS[state].word, shorten(type, 20), !enabled && 'disabled'];
  return words.filter(Boolean).join(', ');
}

interface EdgesProps {
  readonly edges: readonly PlacedEdge[];
  readonly selected: number | undefined;
}

const Edges = memo(({ edges, selected }: EdgesProps) => (
  <g aria-hidden>
    {edges.map(edge => (
      <path
        key={`${edge.from} ${edge.to}`}
        d={edge.path}
        className={styles.edge}
        data-selected={edge.from === selected || edge.to === selected || undefined}
        markerEnd="url(#dolphinscheduler-arrow)"
      />
    ))}
  </g>
));

interface NodeProps {
  readonly placed: PlacedTask;
  readonly state: AnyState | undefined;
  readonly selected: boolean;
  readonly stop: boolean;
  readonly acts: NodeActs;
}

const Node = memo(({ placed, state, selected, stop, acts }: NodeProps) => {
  const { task, x, y } = placed;
  const name = shorten(task.name, 26);
  const about = aboutOf(task, state);
  return (
    <g
      ref={node => acts.hold(task.code, node)}
      transform={`translate(${x} ${y})`}
      className={styles.node}
      data-tone={state ? STATE_LOOKS[state].tone : 'neutral'}
      data-selected={selected || undefined}
      data-disabled={!task.enabled || undefined}
      role="button"
      aria-pressed={selected}
      // What is seen is what it is called, unless not all of it is seen.
      aria-label={name === task.name ? undefined : `${task.name} ${about}`}
      tabIndex={stop ? 0 : -1}
      onFocus={() => acts.onFocus(task.code)}
      onKeyDown={event => acts.onKeyDown(event, placed)}
      onClick={() => acts.onClick(task.code)}
    >
      {/* Its hint for the mouse is no second text of it for others. */}
      <g aria-hidden>
        <title>{`${task.name} ${about}`}</title>
        <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx="6" className={styles.box} />
        <rect width="5" height={NODE_HEIGHT} rx="2.5" className={styles.edgeMark} />
      </g>
      <text x="14" y="21" className={styles.name}>
        {name}
      </text>{' '}
      <text x="14" y="40" className={styles.about}>
        {about}
      </text>
    </g>
  );
});

function Drawing({ graph, states, selected, onSelect }: TaskGraphProps & { states?: States }) {
  const layout = useMemo(() => layOut(graph), [graph]);
  const [zoom, setZoom] = useState<number>(graph.length > 150 ? 0.55 : 1);
  const [focused, setFocused] = useState<number>();
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useRef(new Map<number, SVGGElement>());
  const byCode = useMemo(
    () => new Map(layout.tasks.map(placed => [placed.task.code, placed])),
    [layout],
  );
  // One stop for the tab key; the arrow keys go on from task to task.
  const entry = [focused, selected].find(code => code !== undefined && byCode.has(code));
  const stop = entry ?? layout.tasks[0]?.task.code;

  const go = (code: number | undefined) => {
    const node = code === undefined ? undefined : nodes.current.get(code);
    node?.focus();
    node?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  };

  const onKeyDown = (event: KeyboardEvent, placed: PlacedTask) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onSelect?.(placed.task.code);
      return;
    }
    const to = neighbour(event.key, placed, layout.tasks);
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    }
  };

  // The same for as long as the drawing is there, so that no task is drawn again because another has changed.
  const latest = useRef({ onKeyDown, onSelect });
  latest.current = { onKeyDown, onSelect };
  const acts = useMemo<NodeActs>(
    () => ({
      hold: (code, node) => {
        if (node) {
          nodes.current.set(code, node);
        } else {
          nodes.current.delete(code);
        }
      },
      onFocus: setFocused,
      onKeyDown: (event, placed) => latest.current.onKeyDown(event, placed),
      onClick: code => latest.current.onSelect?.(code),
    }),
    [],
  );

  const fit = () => {
    const room = frame.current;
    if (room && layout.width > 0) {
      const scale = Math.min(room.clientWidth / layout.width, room.clientHeight / layout.height, 1);
      setZoom(Math.max(0.1, scale));
    }
  };

  // Ctrl and the wheel zoom, as on maps; React's own wheel listeners can't keep the page from zooming.
  useEffect(() => {
    const room = frame.current;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        setZoom(before => step(before, event.deltaY > 0 ? -1 : 1));
      }
    };
    room?.addEventListener('wheel', onWheel, { passive: false });
    return () => room?.removeEventListener('wheel', onWheel);
  }, []);

  return (
    <>
      <Flex gap="1" align="center">
        <Button size="small" variant="tertiary" onPress={() => setZoom(step(zoom, -1))}>
          Zoom out
        </Button>
        <Text variant="body-small" aria-live="polite">
          {Math.round(zoom * 100)} %
        </Text>
        <Button size="small" variant="tertiary" onPress={() => setZoom(step(zoom, 1))}>
          Zoom in
        </Button>
        <Button size="small" variant="tertiary" onPress={fit}>
          Fit
        </Button>
        <Text variant="body-small" color="secondary">
          {graph.length} {graph.length === 1 ? 'task' : 'tasks'}; arrow keys go from task to task
        </Text>
      </Flex>
      <div className={styles.frame} ref={frame}>
        <svg
          width={layout.width * zoom}
          height={layout.height * zoom}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label="Tasks and their order"
        >
          <defs>
            <marker
              id="dolphinscheduler-arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 L8 4 L0 8 z" className={styles.arrow} />
            </marker>
          </defs>
          <Edges edges={layout.edges} selected={selected} />
          {layout.tasks.map(placed => (
            <Node
              key={placed.task.code}
              placed={placed}
              state={states?.get(placed.task.code)}
              selected={placed.task.code === selected}
              stop={placed.task.code === stop}
              acts={acts}
            />
          ))}
        </svg>
      </div>
    </>
  );
}

/** What a drawn task tells its drawing. */
interface NodeActs {
  readonly hold: (code: number, node: SVGGElement | null) => void;
  readonly onFocus: (code: number) => void;
  readonly onKeyDown: (event: KeyboardEvent, placed: PlacedTask) => void;
  readonly onClick: (code: number) => void;
}

function TaskList({ graph, states, selected, onSelect }: TaskGraphProps & { states?: States }) {
  const names = useMemo(() => new Map(graph.map(task => [task.code, task.name])), [graph]);
  return (
    <div className={styles.frame}>
      <PlainTable
        caption="Tasks, and after which they run"
        columns={['Task', 'Type', ...(states ? ['State'] : []), 'After']}
      >
        {graph.map(task => {
          const state = states?.get(task.code);
          return (
            <tr key={task.code} data-selected={task.code === selected || undefined}>
              <th scope="row">
                <PickButton pressed={task.code === selected} onPress={() => onSelect?.(task.code)}>
                  {task.name}
                </PickButton>
                {!task.enabled && ' (disabled)'}
              </th>
              <td>{task.type}</td>
              {states && <td>{state && <StateLabel state={state} />}</td>}
              <td>{task.after.map(code => names.get(code) ?? String(code)).join(', ') || '–'}</td>
            </tr>
          );
        })}
      </PlainTable>
    </div>
  );
}

/** Where an arrow key leads from a task; undefined for another key, or where nothing is. */
function neighbour(
  key: string,
  { task, x, y, before }: PlacedTask,
  all: readonly PlacedTask[],
): number | undefined {
  const column = () => all.filter(other => Math.abs(other.x - x) < NODE_WIDTH / 2);
  switch (key) {
    case 'ArrowRight':
      return nearest(before, { x, y }, all);
    case 'ArrowLeft':
      return nearest(task.after, { x, y }, all);
    case 'ArrowDown':
      return column().find(other => other.y > y)?.task.code;
    case 'ArrowUp':
      return column().findLast(other => other.y < y)?.task.code;
    case 'Home':
      return all[0]?.task.code;
    case 'End':
      return all.at(-1)?.task.code;
    default:
      return undefined;
  }
}

/** The one in the nearest column, and there at about the same height. */
function nearest(
  codes: readonly number[],
  { x, y }: { readonly x: number; readonly y: number },
  all: readonly PlacedTask[],
): number | undefined {
  const far = (placed: PlacedTask) => Math.abs(placed.x - x) * 1000 + Math.abs(placed.y - y);
  return all
    .filter(other => codes.includes(other.task.code))
    .sort((one, other) => far(one) - far(other))[0]?.task.code;
}

function step(zoom: number, direction: 1 | -1): number {
  const next =
    direction > 0
      ? ZOOMS.find(one => one > zoom + 0.001)
      : ZOOMS.findLast(one => one < zoom - 0.001);
  return next ?? zoom;
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

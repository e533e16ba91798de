import { Flex, Link, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import {
  workflowKey,
  type WorkflowInfo,
  type WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useChanges } from '../hooks/useChanges';
import { useLinks } from '../hooks/useLinks';
import { useLive } from '../hooks/useLive';
import { Problem } from './Problem';
import { StateLabel } from './StateLabel';
import { When } from './When';
import styles from './HomeWidget.module.css';

/** So many of each kind are shown. */
const SHOWN = 8;

/** It is read again so often while the home page is visible, in seconds. */
const EVERY_SECONDS = 60;

/** What failed, what is late. */
export function HomeWidget() {
  const api = useApi(dolphinSchedulerApiRef);
  const trouble = useLive(
    async () => {
      const [failed, late] = await Promise.all(
        (['failed', 'late'] as const).map(state =>
          api.workflows({ state, sort: 'lastRun', order: 'desc', limit: SHOWN }),
        ),
      );
      return { failed, late };
    },
    { key: 'trouble', again: () => EVERY_SECONDS },
  );
  useChanges(trouble.reload);
  const { failed, late } = trouble.value ?? {};
  const fine = failed?.total === 0 && late?.total === 0;
  const unreachable = failed?.instances.filter(instance => !instance.reachable) ?? [];
  return (
    <Flex direction="column" gap="3">
      {trouble.error && (
        <Problem what="The workflows can't be read" error={trouble.error} retry={trouble.reload} />
      )}
      {trouble.loading && <Skeleton width="100%" height={96} />}
      {unreachable.map(({ name }) => (
        <Text key={name} color="warning">
          {name} can’t be reached: this may be out of date.
        </Text>
      ))}
      {fine && <Text color="secondary">Nothing has failed, and nothing is late.</Text>}
      {failed && <Trouble state="failed" list={failed} />}
      {late && <Trouble state="late" list={late} />}
    </Flex>
  );
}

interface TroubleProps {
  readonly state: 'failed' | 'late';
  readonly list: WorkflowList;
}

function Trouble({ state, list }: TroubleProps) {
  const links = useLinks();
  if (list.total === 0) {
    return null;
  }
  return (
    <section>
      <StateLabel state={state} />
      <ul className={styles.list}>
        {list.items.map(item => (
          <li key={workflowKey(item)}>
            <Link href={hrefOf(item, state, links)}>{item.name}</Link>{' '}
            <span className={styles.about}>
              {item.project}
              {item.lastRun && (
                <>
                  {', '}
                  <When time={item.lastRun.endedAt ?? item.lastRun.startedAt} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {list.total > list.items.length && <Link href={links.list({ state })}>All {list.total}</Link>}
    </section>
  );
}

// Of what failed one wants to see the run; of what is late there is none.
function hrefOf(
  item: WorkflowInfo,
  state: TroubleProps['state'],
  links: ReturnType<typeof useLinks>,
): string {
  return state === 'failed' && item.lastRun
    ? links.run({ ...item, run: item.lastRun.id })
    : links.workflow(item);
}

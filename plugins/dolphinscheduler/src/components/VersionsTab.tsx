import { Flex, Skeleton, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import { workflowKey, type WorkflowDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useLive } from '../hooks/useLive';
import { PlainTable } from './PlainTable';
import { Problem } from './Problem';
import { When } from './When';
import styles from './VersionsTab.module.css';

/** What somebody has edited since it was applied, and the versions that DolphinScheduler keeps. */
export function VersionsTab({ workflow }: { readonly workflow: WorkflowDetail }) {
  const api = useApi(dolphinSchedulerApiRef);
  const key = `${workflowKey(workflow)} ${workflow.version} ${workflow.drifted}`;
  const versions = useLive(() => api.versions(workflow), { key, again: () => false });
  const drift = useLive(() => api.drift(workflow), { key, again: () => false });
  return (
    <Flex direction="column" gap="6">
      <section>
        <Text as="h3" variant="title-x-small">
          Drift
        </Text>
        {drift.loading && <Skeleton width="100%" height={80} />}
        {drift.error && (
          <Problem what="The drift can't be read" error={drift.error} retry={drift.reload} />
        )}
        {drift.value?.length === 0 && (
          <Text color="secondary">
            {workflow.id
              ? 'Nobody has edited it in DolphinScheduler since it was applied.'
              : 'No code of ours made this workflow: there is nothing to compare it with. Take it over with “dolphinstage import”.'}
          </Text>
        )}
        {drift.value && drift.value.length > 0 && (
          <>
            <Text color="secondary">
              Edited in DolphinScheduler since it was applied. Take the edits into the code with
              “dolphinstage drift --adopt”, or undo them with “dolphinstage apply”.
            </Text>
            <PlainTable caption="Edits" columns={['What', 'As applied', 'Now']}>
              {drift.value.map((row, index) => (
                // Two edits may have the same words.
                <tr key={index}>
                  <th scope="row">{row.what}</th>
                  <td>
                    <Side text={row.before} />
                  </td>
                  <td>
                    <Side text={row.after} />
                  </td>
                </tr>
              ))}
            </PlainTable>
          </>
        )}
      </section>
      <section>
        <Text as="h3" variant="title-x-small">
          Versions
        </Text>
        {versions.loading && <Skeleton width="100%" height={80} />}
        {versions.error && (
          <Problem
            what="The versions can't be read"
            error={versions.error}
            retry={versions.reload}
          />
        )}
        {versions.value && (
          <PlainTable caption="Versions in DolphinScheduler" columns={['Version', 'Made', '']}>
            {versions.value.map(row => (
              <tr key={row.version} data-selected={row.current || undefined}>
                <th scope="row">{row.version}</th>
                <td>
                  <When time={row.at} />
                </td>
                <td>{row.current && 'the live one'}</td>
              </tr>
            ))}
          </PlainTable>
        )}
      </section>
    </Flex>
  );
}

function Side({ text }: { readonly text: string | undefined }) {
  return text === undefined ? (
    <span>it wasn’t there</span>
  ) : (
    <pre className={styles.side}>{text}</pre>
  );
}

import { useId, useState, type ReactNode } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Alert, Flex, Skeleton, Text, VisuallyHidden } from '@backstage/ui';
import { Problem, usePolled } from '@dolphinstage/portal-react';
import { dataQualityApiRef } from '../api';
import { percent, rowsOf, tellTime } from '../model/words';
import { AlertList } from './AlertList';
import { QuarantineSection } from './QuarantineSection';
import styles from './QualityView.module.css';
import { ScoreChart } from './ScoreChart';
import { WindowsTable } from './WindowsTable';

const EVERY_SECONDS = 5;
const TODO = {
  404: '→ Give the stream a contract: the template “Watch a stream” makes one.',
};
/** How many of the newest windows can be looked at: more aren't kept. */
const AMOUNTS = [200, 500, 2_000];
/** What rows can be put into quarantine for, whatever has been found of late. */
const ROW_CHECKS = ['schema', 'duplicate'];

/** How good a data set is. */
export function QualityView({ dataset }: { readonly dataset: string }) {
  const api = useApi(dataQualityApiRef);
  const amountId = useId();
  const [amount, setAmount] = useState(AMOUNTS[0]!);
  const read = usePolled(
    `${dataset}/${amount}`,
    EVERY_SECONDS,
    () => api.quality(dataset, { windows: amount }),
    true,
  );
  const { value } = read;
  if (!value) {
    return (
      <Flex direction="column" gap="4">
        {read.loading && (
          <>
            <VisuallyHidden role="status">Reading how good {dataset} is …</VisuallyHidden>
            <Skeleton width="100%" height={160} />
          </>
        )}
        {read.error && (
          <Problem
            what="The quality can’t be shown"
            error={read.error}
            retry={read.reload}
            todo={TODO}
          />
        )}
      </Flex>
    );
  }
  const { windows, open, recent, last, allowed, problem, asOf } = value;
  const mayReadRows = allowed.includes('readQuarantine');
  const checks = [
    ...new Set([...ROW_CHECKS, ...windows.flatMap(({ parts }) => Object.keys(parts))]),
  ];
  return (
    <Flex direction="column" gap="6">
      {read.error && (
        <Problem what="It can’t be read anew" error={read.error} retry={read.reload} />
      )}
      {problem && (
        <Alert
          status="warning"
          icon
          title={`${problem[0]?.toUpperCase()}${problem.slice(1)}`}
          description={`${asOf ? `This is as it was at ${tellTime(asOf)}. ` : ''}This page tries again by itself.`}
        />
      )}
      <Section title="Score">
        {last && (
          <Text>
            {percent(last.score ?? 0)} of {rowsOf(last.rows)} were good in the window that ended{' '}
            {tellTime(last.end)}
          </Text>
        )}
        {windows.length === 0 ? (
          <Text color="secondary">No window has been closed in the last 24 hours.</Text>
        ) : (
          <>
            <ScoreChart windows={windows} />
            <div className={styles.choice}>
              <label htmlFor={amountId}>Windows shown, at most</label>
              <select
                id={amountId}
                value={amount}
                onChange={event => setAmount(Number(event.target.value))}
              >
                {AMOUNTS.map(each => (
                  <option key={each} value={each}>
                    {each.toLocaleString('en')}
                  </option>
                ))}
              </select>
            </div>
          </>
        )}
      </Section>
      <Section title={open.length === 0 ? 'Alerts' : `Alerts: ${open.length} open`}>
        {open.length === 0 ? (
          <Text color="secondary">No alert is open.</Text>
        ) : (
          <AlertList label="Open alerts" alerts={open} mayReadRows={mayReadRows} />
        )}
        {recent.length > 0 && (
          <details>
            <summary>
              {recent.length === 1 ? 'One that is over' : `${recent.length} that are over`}
            </summary>
            <AlertList label="Alerts that are over" alerts={recent} mayReadRows={mayReadRows} />
          </details>
        )}
      </Section>
      {windows.length > 0 && (
        <Section title="Windows">
          <WindowsTable windows={windows} />
        </Section>
      )}
      <Section title="Quarantine">
        <QuarantineSection
          dataset={dataset}
          checks={checks}
          mayReplay={allowed.includes('replay')}
        />
      </Section>
    </Flex>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Flex direction="column" gap="3">
        <Text as="h2" variant="title-small">
          {title}
        </Text>
        {children}
      </Flex>
    </section>
  );
}

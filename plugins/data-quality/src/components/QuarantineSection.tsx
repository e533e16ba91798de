import { useId, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Button, Skeleton, Text } from '@backstage/ui';
import type {
  QuarantinedInfo,
  ReplayRequest,
  ValuesShown,
} from '@dolphinstage/plugin-data-quality-common';
import { DataTable, Problem, usePolled } from '@dolphinstage/portal-react';
import { dataQualityApiRef } from '../api';
import { checkWord, rowsOf, tellTime } from '../model/words';
import styles from './QuarantineSection.module.css';
import { ReplayDialog } from './ReplayDialog';

const EVERY_SECONDS = 30;

const WHY_HIDDEN: Readonly<Record<ValuesShown, string | undefined>> = {
  shown: undefined,
  'not-allowed': 'What the rows hold is shown to the data set’s owner only.',
  'no-contract':
    'What the rows hold is not shown: the portal has no contract that says what may be.',
};

export interface QuarantineSectionProps {
  readonly dataset: string;
  /** Checks that may have found rows, to choose from. */
  readonly checks: readonly string[];
  readonly mayReplay: boolean;
}

/** Rows in quarantine; chosen ones, or all, can go back. */
export function QuarantineSection({ dataset, checks, mayReplay }: QuarantineSectionProps) {
  const api = useApi(dataQualityApiRef);
  const checkId = useId();
  const [check, setCheck] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [replaying, setReplaying] = useState<Pick<ReplayRequest, 'ids' | 'check'>>();
  const list = usePolled(`${dataset}/${check}`, EVERY_SECONDS, () =>
    api.quarantine(dataset, check ? { check } : {}),
  );
  const items = list.value?.items ?? [];
  const picked = items.filter(({ id }) => chosen.has(id));
  const hint = list.value && WHY_HIDDEN[list.value.values];
  const choose = (ids: readonly string[], on: boolean) =>
    setChosen(before => {
      const next = new Set(before);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });

  return (
    <>
      <div className={styles.bar}>
        <label htmlFor={checkId}>Found by</label>
        <select id={checkId} value={check} onChange={event => setCheck(event.target.value)}>
          <option value="">any check</option>
          {checks.map(each => (
            <option key={each} value={each}>
              {checkWord(each)}
            </option>
          ))}
        </select>
        {mayReplay && items.length > 0 && (
          <>
            <Button
              size="small"
              variant="primary"
              isDisabled={picked.length === 0}
              onPress={() => setReplaying({ ids: picked.map(({ id }) => id) })}
            >
              {`Send ${picked.length === 0 ? 'chosen rows' : rowsOf(picked.length)} back …`}
            </Button>
            <Button
              size="small"
              variant="secondary"
              onPress={() => setReplaying(check ? { check } : {})}
            >
              Send all back …
            </Button>
          </>
        )}
      </div>
      {list.error && (
        <Problem what="The quarantine can’t be read" error={list.error} retry={list.reload} />
      )}
      {list.loading && <Skeleton width="100%" height={96} />}
      {list.value && items.length === 0 && <Text color="secondary">No row is in quarantine.</Text>}
      {hint && items.length > 0 && <Text color="secondary">{hint}</Text>}
      {items.length > 0 && (
        <DataTable
          caption={`${list.value?.more ? 'The newest ' : ''}${rowsOf(items.length)} in quarantine`}
          columns={[
            ...(mayReplay
              ? [
                  <input
                    key="all"
                    type="checkbox"
                    aria-label="Choose all rows that are shown"
                    checked={picked.length === items.length}
                    onChange={event =>
                      choose(
                        items.map(({ id }) => id),
                        event.target.checked,
                      )
                    }
                  />,
                ]
              : []),
            'Written',
            'Why',
            'Where it came from',
            'Row',
          ]}
        >
          {items.map(item => (
            <tr key={item.id}>
              {mayReplay && (
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Choose the row of ${placeOf(item)}`}
                    checked={chosen.has(item.id)}
                    onChange={event => choose([item.id], event.target.checked)}
                  />
                </td>
              )}
              <td>
                <time dateTime={item.time}>{tellTime(item.time)}</time>
              </td>
              <td>
                {whyOf(item)}
                {item.replayed && (
                  <div>
                    {`sent back ${tellTime(item.replayed.at)}`}
                    {item.replayed.by && ` by ${item.replayed.by}`}
                  </div>
                )}
              </td>
              <td>{placeOf(item)}</td>
              <td className={styles.values}>
                {item.values ? <code>{JSON.stringify(item.values)}</code> : '–'}
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {replaying && (
        <ReplayDialog
          dataset={dataset}
          rows={replaying}
          onClose={changed => {
            setReplaying(undefined);
            if (!changed) return;
            setChosen(new Set());
            list.reload();
          }}
        />
      )}
    </>
  );
}

function whyOf({ check, field, detail }: QuarantinedInfo): string {
  return `${checkWord(check)}: ${[field, detail].filter(Boolean).join(' ')}`;
}

function placeOf({ origin: { topic, partition, offset } }: QuarantinedInfo): string {
  return `${topic}, partition ${partition}, offset ${offset}`;
}

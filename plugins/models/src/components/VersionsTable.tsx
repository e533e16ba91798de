import { Button } from '@backstage/ui';
import type { ModelDetails, VersionInfo } from '@dolphinstage/plugin-models-common';
import { DataTable } from '@dolphinstage/portal-react';
import { figure, tellTime } from '../model/words';

export interface VersionsTableProps {
  readonly model: ModelDetails;
  /** Where the caller may switch. */
  readonly onPromote?: (version: number) => void;
}

/** All versions with their figures. */
export function VersionsTable({ model, onPromote }: VersionsTableProps) {
  const { versions, current } = model;
  return (
    <DataTable
      caption="Versions, the newest first: figures on the days held out"
      columns={[
        'Version',
        'State',
        'Accuracy',
        'AUC',
        'Log loss',
        'Learned from',
        'Made',
        ...(onPromote ? ['Switch'] : []),
      ]}
    >
      {versions.map(version => {
        const { number, metrics, dataFrom, dataTo, createdAt, createdBy } = version;
        return (
          <tr key={number}>
            <th scope="row">{number}</th>
            <td>{stateOf(model, version)}</td>
            <td>{figure(metrics.accuracy)}</td>
            <td>{figure(metrics.auc)}</td>
            <td>{figure(metrics.logLoss)}</td>
            <td>{`${dataFrom.slice(0, 10)} to ${dataTo.slice(0, 10)}`}</td>
            <td>
              <time dateTime={createdAt}>{tellTime(createdAt)}</time> by {createdBy}
            </td>
            {onPromote && (
              <td>
                {number !== current && (
                  <Button size="small" variant="secondary" onPress={() => onPromote(number)}>
                    {`Make ${number} live`}
                  </Button>
                )}
              </td>
            )}
          </tr>
        );
      })}
    </DataTable>
  );
}

function stateOf({ current, candidate, previous }: ModelDetails, version: VersionInfo): string {
  const { number, condemned } = version;
  if (number === current) return 'live';
  if (number === candidate) return 'tried out';
  if (condemned) return 'taken back';
  return number === previous ? 'before' : '';
}

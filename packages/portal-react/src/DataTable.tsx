import type { ReactNode } from 'react';
import styles from './DataTable.module.css';

/** @public */
export interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly ReactNode[];
  /** Its rows, `tr`. */
  readonly children: ReactNode;
}

/** A table that scrolls within its place: by the keyboard, too. @public */
export function DataTable({ caption, columns, children }: DataTableProps) {
  return (
    // What scrolls must be reachable by the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} role="region" aria-label={caption} tabIndex={0}>
      <table className={styles.table}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => (
              // Columns stay where they are.
              // eslint-disable-next-line react/no-array-index-key
              <th key={at} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

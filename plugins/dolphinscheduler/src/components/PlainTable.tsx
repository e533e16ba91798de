import type { ReactNode } from 'react';
import styles from './PlainTable.module.css';

export interface PlainTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Its rows, `tr`. */
  readonly children: ReactNode;
}

/** A table of many rows that needs neither sorting nor pages: hundreds of rows cost little. */
export function PlainTable({ caption, columns, children }: PlainTableProps) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export interface PickButtonProps {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** Chooses a row of a table. */
export function PickButton({ pressed, onPress, children }: PickButtonProps) {
  return (
    <button type="button" className={styles.pick} aria-pressed={pressed} onClick={onPress}>
      {children}
    </button>
  );
}

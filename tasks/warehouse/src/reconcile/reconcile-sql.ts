import { fill, literal, quote, statements } from '@dolphinstage/task-kit';
import { keyText, typedValue } from '../clean/checks';
import type { Contract } from '../contract';

export type ReconcileStatement =
  | 'expected'
  | 'raw_blocks'
  | 'raw_lines'
  | 'counts'
  | 'cleaned_faults'
  | 'analytics_faults'
  | 'place'
  | 'save'
  | 'reconciled';

/** Arguments of one call; PostgreSQL allows 100. */
const ARGUMENTS = 90;

/** Tables of `analytics` that also hold rows of their own making. */
const WITH_INFERRED = ['dim_airline', 'dim_airport', 'dim_plane'];

/** COPY text of a value as our encoder writes it. */
function escaped(column: string): string {
  return `replace(replace(replace(replace(${column}, E'\\\\', E'\\\\\\\\'), E'\\t', E'\\\\t'), E'\\n', E'\\\\n'), E'\\r', E'\\\\r')`;
}

/** A chain of || would copy the line once a column; a function takes a hundred arguments at most. */
function joined(separator: string, parts: readonly string[]): string {
  const groups: string[] = [];
  for (let from = 0; from < parts.length; from += ARGUMENTS) {
    groups.push(`concat_ws(${separator}, ${parts.slice(from, from + ARGUMENTS).join(', ')})`);
  }
  return groups.length === 1 ? (groups[0] as string) : joined(separator, groups);
}

/** The statements of `sql/reconcile.sql` for a contract. */
export function reconcileStatements(
  asset: (path: string) => string,
  contract: Contract,
): Record<ReconcileStatement, string> {
  const names = contract.columns.map(column => quote(column.name));
  const others = names.filter(name => !contract.key.map(quote).includes(name));
  const { analytics } = contract;
  const hasInferred = analytics !== undefined && WITH_INFERRED.includes(analytics);
  const line = (value: (column: string) => string) =>
    joined(
      "E'\\t'",
      names.map(name => `coalesce(${value(`r.${name}`)}, '\\N')`),
    );
  return statements<ReconcileStatement>(
    fill(asset('sql/reconcile.sql'), {
      table: quote(contract.dataset),
      dataset: literal(contract.dataset),
      analytics:
        analytics === undefined
          ? `(select * from cleaned.${quote(contract.dataset)} where false)`
          : `analytics.${quote(analytics)}`,
      or_not_analysed: analytics === undefined ? '' : 'or e.analysed_at is null',
      has_analytics: analytics === undefined ? 'false' : 'true',
      bare: joined(
        "''",
        names.map(name => `r.${name}`),
      ),
      plain: line(column => column),
      escaped: line(escaped),
      key_text: keyText(contract),
      cleaned_key: keyText(contract, 't'),
      fault_key: `concat_ws(',', ${contract.key
        .map(key => `coalesce(s.${quote(key)}, t.${quote(key)})`)
        .join(', ')})`,
      typed: contract.columns
        .map(column => `${typedValue(contract, column)} as ${quote(column.name)}`)
        .join(',\n    '),
      same_key: contract.key.map(key => `t.${quote(key)} = s.${quote(key)}`).join(' and '),
      same_analytics_key: contract.key
        .map(key => `a.${quote(key)} = t.${quote(key)}`)
        .join(' and '),
      changed:
        others.length === 0
          ? 'false'
          : `(${others.map(name => `t.${name}`).join(', ')}) is distinct from (${others
              .map(name => `s.${name}`)
              .join(', ')})`,
      own: hasInferred ? 'not t.inferred' : 'true',
      own_a: hasInferred ? 'not a.inferred' : 'true',
    }),
  );
}

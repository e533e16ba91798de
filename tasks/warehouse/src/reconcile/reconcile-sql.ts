import { keyText, typedValue } from '../clean/checks';
import type { Contract } from '../contract';
import { fill, literal, quote, statements } from '../sql';

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

/** Tables of `analytics` that also hold rows of their own making. */
const WITH_INFERRED = ['dim_airline', 'dim_airport', 'dim_plane'];

const TAB = "E'\\t'";

/** COPY text of a value as our encoder writes it. */
function escaped(column: string): string {
  return `replace(replace(replace(replace(${column}, E'\\\\', E'\\\\\\\\'), E'\\t', E'\\\\t'), E'\\n', E'\\\\n'), E'\\r', E'\\\\r')`;
}

/** The statements of `sql/reconcile.sql` for a contract. */
export function reconcileStatements(
  asset: (path: string) => string,
  contract: Contract,
): Record<ReconcileStatement, string> {
  const names = contract.columns.map(column => quote(column.name));
  const others = names.filter(name => !contract.key.map(quote).includes(name));
  const hasInferred = WITH_INFERRED.includes(contract.analytics);
  const line = (value: (column: string) => string) =>
    names.map(name => `coalesce(${value(`r.${name}`)}, '\\N')`).join(` || ${TAB} || `);
  return statements<ReconcileStatement>(
    fill(asset('sql/reconcile.sql'), {
      table: quote(contract.dataset),
      dataset: literal(contract.dataset),
      analytics: quote(contract.analytics),
      bare: names.map(name => `r.${name}`).join(', '),
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

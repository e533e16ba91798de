import { quote } from '@dolphinstage/task-kit';

/** A table for SQL, quoted: `table`, or `schema.table`. */
export const qualified = (table: string): string => table.split('.').map(quote).join('.');

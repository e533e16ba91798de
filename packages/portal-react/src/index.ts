/**
 * What pages of Dolphinstage's plugins share.
 *
 * @packageDocumentation
 */
export { DataTable, type DataTableProps } from './DataTable';
export { Problem, type ProblemProps } from './Problem';
export { usePolled, type Polled } from './usePolled';

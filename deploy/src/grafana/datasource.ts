import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';

/** The uid that the provisioned data source has, and by which everything refers to it. */
export const DATASOURCE_UID = 'dolphinstage-prometheus';

export const datasource = { type: 'prometheus', uid: DATASOURCE_UID };

/** What one line of a panel shows. */
export interface Line {
  expr: string;
  /** Its name, with labels as `{{label}}`. */
  legend: string;
}

/** A range query for a panel. */
export function query({ expr, legend }: Line, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(datasource)
    .expr(expr)
    .legendFormat(legend)
    .range();
}

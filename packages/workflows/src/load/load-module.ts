import { require as tsxRequire } from 'tsx/cjs/api';
import { locationOf } from '../define/call-site';
import { formatLocation, WorkflowError } from '../errors';

/** What esbuild says of a syntax error. */
interface CompileFault {
  errors?: readonly { text: string; location?: { file: string; line: number } }[];
}

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
    const syntax = (cause as CompileFault).errors?.[0];
    const at = locationOf(error.stack);
    throw new WorkflowError(
      'WORKFLOW_LOAD',
      syntax?.text ?? (error.message.split('\n')[0] || error.name),
      {
        where: syntax?.location
          ? `${file}:${syntax.location.line}`
          : at
            ? formatLocation(at)
            : file,
        todo: 'Mend the file; it is loaded as it would be by node, types are not checked.',
        cause,
      },
    );
  }
}

import { pathToFileURL } from 'node:url';

/** The command line that runs a TypeScript file of this checkout with our own Node. */
export function typeScriptCommand(file: string): { command: string; args: string[] } {
  const loader = pathToFileURL(require.resolve('tsx')).href;
  return { command: process.execPath, args: ['--import', loader, file] };
}

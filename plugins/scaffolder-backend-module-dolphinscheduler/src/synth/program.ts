/**
 * What the child process runs, given to node as it is: built packages hold no file of ours that nothing imports.
 * Arguments: the workflows package, a folder, a target. What comes of it goes to descriptor 3, since the team's code
 * may print.
 */
export const SYNTH_PROGRAM = `
'use strict';
const { Socket } = require('node:net');
const [library, folder, target] = process.argv.slice(1);
// Not at once: a pipe takes some hundred kilobytes before it must be waited for.
const answer = value => new Socket({ fd: 3 }).end(JSON.stringify(value), () => process.exit(0));
try {
  const { findWorkflowFiles, loadWorkflows, synth } = require(library);
  answer({ model: synth(loadWorkflows(findWorkflowFiles(folder)), { target }) });
} catch (error) {
  const { message, where, todo } = error instanceof Error ? error : { message: String(error) };
  answer({ error: { message, where, todo } });
}
`;

import type { Client } from './plan-types';

/**
 * Names of the workflows that use each: those that run it as a part of their own or wait for it, by code. Reads all
 * definitions that the user may see, so ask for several at once.
 */
export async function readDependants(
  client: Client,
  codes: readonly number[],
): Promise<Map<number, string[]>> {
  if (codes.length === 0) return new Map();
  const projects = await client.projects.list();
  const names = new Map(projects.map(({ code, name }) => [code, name]));
  const found = await client.workflows.dependants(codes);
  const result = new Map<number, string[]>();
  for (const { used: code, projectCode, workflowName } of found) {
    const name = `${names.get(projectCode) ?? projectCode}/${workflowName}`;
    result.set(code, [...new Set([...(result.get(code) ?? []), name])].sort());
  }
  return result;
}

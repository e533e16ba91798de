import type { WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import type { Client } from '../plan/plan-types';
import { findWorkflow, unlessGone } from './resolve';

/** A run in a list. @public */
export interface RunRow {
  readonly project: string;
  readonly projectCode: number;
  /** Empty for a workflow that has been deleted. */
  readonly workflow: string;
  readonly instance: WorkflowInstance;
}

/** @public */
export interface ListRunsOptions {
  /** `<workflow>` or `<project>/<workflow>`. Default: all of all projects. */
  readonly workflow?: string;
  /** Default 20. */
  readonly limit?: number;
}

/**
 * The latest runs, the newest first.
 *
 * @throws WorkflowError `WORKFLOW_NOT_FOUND`; ClientError.
 * @public
 */
export async function listRuns(
  client: Client,
  { workflow, limit = 20 }: ListRunsOptions = {},
): Promise<RunRow[]> {
  if (workflow !== undefined) {
    const { project, projectCode, definition } = await findWorkflow(client, workflow);
    const instances = await client.runs.list(projectCode, {
      workflowDefinitionCode: definition.code,
      limit,
    });
    return instances.map(instance => ({
      project,
      projectCode,
      workflow: definition.name,
      instance,
    }));
  }
  const projects = await client.projects.list();
  const rows = await Promise.all(
    projects.map(async ({ name: project, code: projectCode }) => {
      const [definitions = [], instances = []] = await Promise.all([
        unlessGone(client.workflows.list(projectCode)),
        unlessGone(client.runs.list(projectCode, { limit })),
      ]);
      const names = new Map(definitions.map(({ code, name }) => [code, name]));
      return instances.map(instance => ({
        project,
        projectCode,
        workflow: names.get(instance.workflowDefinitionCode) ?? '',
        instance,
      }));
    }),
  );
  return rows
    .flat()
    .sort((a, b) => b.instance.id - a.instance.id)
    .slice(0, limit);
}
